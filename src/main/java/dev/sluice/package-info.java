/** Sluice: one call in, a live stream out, in front of an image API that only knows submit and poll. */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
