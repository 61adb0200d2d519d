/** Drives every generation from queued to its ending, whoever watches. */
@NullMarked
package dev.sluice.conductor;

import org.jspecify.annotations.NullMarked;
