/** Node facts, what flags a node and how sure that is, and which nodes could run a pod. */
@NullMarked
package io.probeguard.node;

import org.jspecify.annotations.NullMarked;
