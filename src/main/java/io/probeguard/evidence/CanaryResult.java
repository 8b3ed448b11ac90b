package io.probeguard.evidence;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a canary said about a node.
 *
 * @param firstSuccess from when the canary's containers ran to the first exec that was seen to work, by our clock; null
 *     where none did
 * @param reason what was seen, for a person
 * @param words what the kubelet said last of an exec that went wrong; empty where it said nothing
 */
public record CanaryResult(
        String node, CanaryVerdict verdict, @Nullable Duration firstSuccess, String reason, String words) {}
