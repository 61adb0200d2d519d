/** Tells an operator's collector, if one is named, what became of each request and each generation: in spans. */
@ApplicationModule(allowedDependencies = "generation")
@NullMarked
package dev.sluice.tracing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
