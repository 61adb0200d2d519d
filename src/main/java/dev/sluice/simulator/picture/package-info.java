/** Small landscapes, drawn from the words of a prompt: the same prompt is always the same picture. */
@NullMarked
package dev.sluice.simulator.picture;

import org.jspecify.annotations.NullMarked;
