/** The native HTTP API under /v1. */
@ApplicationModule(allowedDependencies = {"access", "intake", "generation", "journal", "stream", "capacity"})
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
