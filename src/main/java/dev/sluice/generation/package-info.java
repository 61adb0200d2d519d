/** What a generation is and what may happen to it: plain values, without Spring, Reactor or I/O. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.sluice.generation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
