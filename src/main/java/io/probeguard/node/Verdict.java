package io.probeguard.node;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all sources together say of exec on a node.
 *
 * @param flag null where exec is not believed to be broken
 * @param statements of every source that says something, in the order in which they count
 */
record Verdict(@Nullable Flag flag, List<Statement> statements) {
    static final Verdict NOTHING_KNOWN = new Verdict(null, List.of());
}
