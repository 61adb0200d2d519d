/** Drives every generation from queued to its ending, whoever watches. */
@ApplicationModule(allowedDependencies = {"generation", "journal", "upstream", "capacity", "tracing"})
@NullMarked
package dev.sluice.conductor;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
