/** What a generation is and what may happen to it: plain values, without Spring, Reactor or I/O. */
@NullMarked
package dev.sluice.generation;

import org.jspecify.annotations.NullMarked;
