/** Tells endings to the addresses that callers gave: signed, at least once, for a day. */
@ApplicationModule(allowedDependencies = {"access", "addresses", "generation", "journal", "capacity", "stream"})
@NullMarked
package dev.sluice.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
