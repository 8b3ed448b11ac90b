/** The judgement: modes, floors, {@link io.probeguard.policy.Guard}, its findings, and the messages that tell them. */
@NullMarked
package io.probeguard.policy;

import org.jspecify.annotations.NullMarked;
