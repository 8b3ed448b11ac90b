/** What the webhook decided lately, alone and shared between replicas. */
package io.probeguard.decision;
