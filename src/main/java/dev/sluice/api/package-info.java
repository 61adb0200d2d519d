/** The native HTTP API under /v1. */
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
