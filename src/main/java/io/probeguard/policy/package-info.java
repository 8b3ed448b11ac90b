/** The judgement: modes, floors, {@link io.probeguard.policy.Guard}, its findings, and their messages. */
@NullMarked
package io.probeguard.policy;

import org.jspecify.annotations.NullMarked;
