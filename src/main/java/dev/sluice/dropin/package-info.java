/** The API that looks like the upstream, under /api/v1: callers change the base URL and nothing else. */
@ApplicationModule(
        allowedDependencies = {"access", "intake", "generation", "journal", "stream", "capacity", "upstream"})
@NullMarked
package dev.sluice.dropin;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
