/** Hands finished pictures through to callers that may not load them from where the upstream keeps them. */
@ApplicationModule(allowedDependencies = {"access", "addresses", "intake", "generation", "journal", "upstream"})
@NullMarked
package dev.sluice.pictures;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
