/** Turns the log into bytes for many watchers: encoded once, fanned out, resumable. */
@NullMarked
package dev.sluice.stream;

import org.jspecify.annotations.NullMarked;
