/** When the next submit may go, and how long things take: breakers, limiter, pauses, estimates. */
@NullMarked
package dev.sluice.capacity;

import org.jspecify.annotations.NullMarked;
