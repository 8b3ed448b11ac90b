/** Node facts, what flags a node and how sure that is, and which nodes could run a pod. */
package io.probeguard.node;
