/** Bounds what strangers may do to the connections of the API, before anything is known about them. */
@ApplicationModule(allowedDependencies = "generation")
@NullMarked
package dev.sluice.door;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
