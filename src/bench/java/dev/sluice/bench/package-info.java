/** Sluice beside what people would pick instead, on one machine, in one run. Nothing of it is tested or shipped. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
