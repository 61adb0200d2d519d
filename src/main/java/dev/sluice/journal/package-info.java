/** The log of every generation, and the only truth about them: append, read, claim, adopt, over JDBC. */
@ApplicationModule(allowedDependencies = "generation")
@NullMarked
package dev.sluice.journal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
