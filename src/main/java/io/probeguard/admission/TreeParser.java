package io.probeguard.admission;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.JsonParserDelegate;

/**
 * Reads an object whose type is not known, and which is therefore kept as a tree: one of many small values takes more
 * than 25 times the memory of its text. It gives up on one that takes more than the memory that the body was given.
 */
final class TreeParser extends JsonParserDelegate {
    /** In bytes of heap for each byte of the body: what is left of the server's 25 beside the body itself. */
    private static final int PER_BYTE = 23;

    /** In bytes: so much each thread may always use. */
    private static final long LEAST = 2_000_000;

    // In bytes, as measured: a node, what it holds its members in, and its place in the parent.
    private static final int OBJECT = 200;
    private static final int OTHER = 100;

    private long left;

    /** The tree would take too much memory. */
    static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** @param length of the body, in bytes */
    TreeParser(JsonParser parser, int length) {
        super(parser);
        this.left = Math.max(LEAST, (long) length * PER_BYTE);
    }

    @Override
    public @Nullable JsonToken nextToken() {
        return count(delegate.nextToken());
    }

    @Override
    public @Nullable String nextName() {
        return nextToken() == JsonToken.PROPERTY_NAME ? currentName() : null;
    }

    private @Nullable JsonToken count(@Nullable JsonToken token) {
        if (token == JsonToken.START_OBJECT) {
            left -= OBJECT;
        } else if (token == JsonToken.START_ARRAY || (token != null && token.isScalarValue())) {
            left -= OTHER;
        }
        if (left < 0) {
            throw new TooLargeException();
        }
        return token;
    }
}
