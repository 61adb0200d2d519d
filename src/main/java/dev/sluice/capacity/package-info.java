/** When the next submit may go, and how long things take: breakers, limiter, pauses, estimates. */
@ApplicationModule(allowedDependencies = {"generation", "journal", "tracing"})
@NullMarked
package dev.sluice.capacity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
