/** What is said to the upstream and how its answers are read; no other room knows its JSON. */
@ApplicationModule(allowedDependencies = "generation")
@NullMarked
package dev.sluice.upstream;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
