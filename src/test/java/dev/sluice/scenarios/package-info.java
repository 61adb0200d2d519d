/** Sluice through its front door: a running process, a running simulator, real sockets between them. */
@NullMarked
package dev.sluice.scenarios;

import org.jspecify.annotations.NullMarked;
