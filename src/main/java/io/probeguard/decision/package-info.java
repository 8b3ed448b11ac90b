/** What the webhook decided lately, alone and shared between replicas. */
@NullMarked
package io.probeguard.decision;

import org.jspecify.annotations.NullMarked;
