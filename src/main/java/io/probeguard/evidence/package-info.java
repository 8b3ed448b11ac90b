/** Canary pods: what they are made of, what one says about exec on its node, and how they are run and removed. */
@NullMarked
package io.probeguard.evidence;

import org.jspecify.annotations.NullMarked;
