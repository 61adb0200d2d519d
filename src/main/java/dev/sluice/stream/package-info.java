/** Turns the log into bytes for many watchers: encoded once, fanned out, resumable. */
@ApplicationModule(allowedDependencies = {"generation", "journal", "capacity"})
@NullMarked
package dev.sluice.stream;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
