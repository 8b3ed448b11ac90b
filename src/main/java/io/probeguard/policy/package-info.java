/**
 * The judgement: what a policy asks for, and what it means for a workload on a fleet of nodes. Knows nothing of HTTP or
 * of Kubernetes clients.
 */
package io.probeguard.policy;
