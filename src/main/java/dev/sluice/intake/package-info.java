/** Reads what callers send, strictly, and finds the words for what is wrong with it; shared by both APIs. */
@ApplicationModule(allowedDependencies = {"access", "generation", "journal", "stream"})
@NullMarked
package dev.sluice.intake;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
