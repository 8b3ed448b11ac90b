package io.probeguard.node;

import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one source says of exec on a node.
 *
 * @param strength how sure it is that exec is broken; null if it says that exec works
 * @param since when that became known; null where the source does not tell
 * @param reason for a person
 */
public record Statement(
        Source source,
        @Nullable Strength strength,
        @Nullable Instant since,
        String reason) {

    static Statement of(Flag flag) {
        return new Statement(flag.source(), flag.strength(), flag.since(), flag.reason());
    }

    static Statement works(Source source, @Nullable Instant since, String reason) {
        return new Statement(source, null, since, reason);
    }
}
