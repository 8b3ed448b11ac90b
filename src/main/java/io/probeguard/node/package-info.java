/**
 * Nodes: what is known of each, what flags one and how sure that is, and on which of them a pod could run. Knows
 * nothing of policy.
 */
package io.probeguard.node;
