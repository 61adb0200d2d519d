/** What Sluice is shipped in: its image and its Kubernetes manifests, checked without an engine and without a cluster. */
@NullMarked
package dev.sluice.deployment;

import org.jspecify.annotations.NullMarked;
