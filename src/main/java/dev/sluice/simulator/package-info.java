/** A stand-in for the upstream image API, met through a real socket: for the first run and for tests. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.sluice.simulator;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
