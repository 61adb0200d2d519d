/** Reads what callers send, strictly, and finds the words for what is wrong with it; shared by both APIs. */
@NullMarked
package dev.sluice.intake;

import org.jspecify.annotations.NullMarked;
