/** The log of every generation, and the only truth about them: append, read, claim, adopt, over JDBC. */
@NullMarked
package dev.sluice.journal;

import org.jspecify.annotations.NullMarked;
