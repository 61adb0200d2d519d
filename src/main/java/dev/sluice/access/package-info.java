/** Who is calling. */
@ApplicationModule(allowedDependencies = {"generation", "journal"})
@NullMarked
package dev.sluice.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
