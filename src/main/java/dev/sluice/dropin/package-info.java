/** The API that looks like the upstream, under /api/v1: callers change the base URL and nothing else. */
@NullMarked
package dev.sluice.dropin;

import org.jspecify.annotations.NullMarked;
