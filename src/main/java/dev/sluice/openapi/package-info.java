/** The description of both APIs, for programs and for people, and a client of the native one. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.sluice.openapi;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
