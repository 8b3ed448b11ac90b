package io.probeguard.yaml;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/** A parser that says where an invalid tag or escape stands. SnakeYAML throws an IllegalArgumentException that does not. */
final class MarkingParser extends ParserImpl {
    private final StreamReader reader;

    MarkingParser(StreamReader reader, LoaderOptions options) {
        super(reader, options);
        this.reader = reader;
    }

    @Override
    public Event peekEvent() {
        try {
            return super.peekEvent();
        } catch (IllegalArgumentException e) {
            throw new ParserException(null, null, "invalid escape: " + e.getMessage(), reader.getMark());
        }
    }

    @Override
    public Event getEvent() {
        Event event = super.getEvent();
        String tag = tag(event);
        if (tag != null) {
            try {
                new Tag(tag);
            } catch (IllegalArgumentException e) {
                throw new ParserException(null, null, "invalid tag: " + e.getMessage(), event.getStartMark());
            }
        }
        return event;
    }

    private static @Nullable String tag(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag();
        }
        return event instanceof CollectionStartEvent collection ? collection.getTag() : null;
    }
}
