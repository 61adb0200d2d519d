/** What is said to the upstream and how its answers are read; no other room knows its JSON. */
@NullMarked
package dev.sluice.upstream;

import org.jspecify.annotations.NullMarked;
