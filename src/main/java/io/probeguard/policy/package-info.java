/** The judgement: modes, floors, {@link io.probeguard.policy.Guard}, its findings, and the messages that tell them. */
package io.probeguard.policy;
