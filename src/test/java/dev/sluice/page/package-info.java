/** The page at {@code /}, tried in a real browser, and its scripts, tried in Node. */
@NullMarked
package dev.sluice.page;

import org.jspecify.annotations.NullMarked;
