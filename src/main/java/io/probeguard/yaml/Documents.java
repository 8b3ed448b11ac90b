package io.probeguard.yaml;

import io.probeguard.text.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The documents of a text, each read by itself: one that does not parse costs none of the others.
 *
 * @param documents those that could be read, in order; empty ones are among them
 * @param unreadable those that could not
 */
public record Documents(List<Document> documents, List<Unreadable> unreadable) {
    /** A document marker always starts a document, even inside a block or a quoted scalar (YAML 1.2, 9.1.2). */
    private static final Pattern MARKER = Pattern.compile("(?m)^---(?=\\s|$)");

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");
    private static final Pattern COMMENT = Pattern.compile("\\s*(#.*)?");
    private static final JsonFactory JSON = new JsonFactory();
    /** It has no state, and a text may have half a million documents. */
    private static final Resolver RESOLVER = new Resolver();

    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^%");

    /**
     * A document that could not be read.
     *
     * @param content as written
     * @param line 1-based line of the text on which it starts
     */
    public record Unreadable(String content, int line, DocumentException error) {}

    /** Reads YAML, of which JSON is a part. */
    public static Documents parse(SourceText text) {
        Documents parsed = new Documents(new ArrayList<>(), new ArrayList<>());
        int index = 0;
        for (Chunk chunk : chunks(text.content())) {
            index = isJson(chunk.content) ? parsed.addJson(text, chunk, index) : parsed.add(text, chunk, index);
        }
        return parsed;
    }

    /**
     * Reads a text that must hold exactly one document.
     *
     * @throws DocumentException if it does not
     */
    public static Document parseOne(SourceText text) {
        Documents parsed = parse(text);
        if (!parsed.unreadable.isEmpty()) {
            throw parsed.unreadable.get(0).error();
        }
        if (parsed.documents.size() != 1) {
            throw new DocumentException(text.name(), 0, 1, "expected one document, found " + parsed.documents.size());
        }
        return parsed.documents.get(0);
    }

    /** Whether there is nothing in it: no document, or only documents with nothing in them. */
    public boolean isEmpty() {
        return unreadable.isEmpty()
                && documents.stream().allMatch(document -> document.tree().isNull());
    }

    private record Chunk(int start, String content) {}

    private static List<Chunk> chunks(String content) {
        List<Chunk> chunks = new ArrayList<>();
        int start = 0;
        boolean opening = true;
        Matcher marker = MARKER.matcher(content);
        while (marker.find()) {
            String before = content.substring(start, marker.start());
            if (opening && DIRECTIVE.matcher(before).find()) {
                opening = false; // %YAML and %TAG belong to the document that follows
                continue;
            }
            if (!opening || !isNothing(before)) {
                chunks.add(new Chunk(start, before));
            }
            opening = false;
            start = marker.start();
        }
        String rest = content.substring(start);
        if (start > 0 || !isNothing(rest)) {
            chunks.add(new Chunk(start, rest));
        }
        return chunks;
    }

    /** Line by line: a pattern for all of them would recurse for each, and there may be thousands. */
    private static boolean isNothing(String content) {
        String withoutMark = content.startsWith("\uFEFF") ? content.substring(1) : content;
        return LINE_BREAK
                .splitAsStream(withoutMark)
                .allMatch(line -> COMMENT.matcher(line).matches());
    }

    /** JSON values may follow each other with nothing between them, as kubectl takes them. */
    private int addJson(SourceText text, Chunk chunk, int first) {
        int index = first;
        int start = 0;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), chunk.content)) {
            while (parser.nextToken() != null) {
                parser.skipChildren();
                int end = (int) parser.currentLocation().getCharOffset();
                index = add(text, new Chunk(chunk.start + start, chunk.content.substring(start, end)), index);
                start = end;
            }
            return index;
        } catch (JacksonException e) {
            if (start == 0) {
                return add(text, chunk, first); // a YAML flow mapping, or what the YAML parser reports
            }
            int at = e.getLocation() == null
                    ? 0
                    : (int) Math.max(0, e.getLocation().getCharOffset());
            int line = text.line(chunk.start + at);
            String content = chunk.content.substring(start);
            unreadable.add(new Unreadable(
                    content,
                    text.line(chunk.start + start),
                    new DocumentException(text.name(), index, line, "invalid JSON: " + e.getOriginalMessage())));
            return index + 1;
        }
    }

    private static boolean isJson(String content) {
        String value = content.stripLeading();
        return value.startsWith("{") || value.startsWith("[");
    }

    private int add(SourceText text, Chunk chunk, int first) {
        int index = first;
        try {
            LoaderOptions options = options();
            Composer composer =
                    new Composer(new MarkingParser(new TextReader(spaced(chunk.content)), options), RESOLVER, options);
            while (composer.checkNode()) {
                documents.add(new Document(text, index, chunk.start, composer.getNode(), new Mappings()));
                index++;
            }
            return index;
        } catch (YAMLException e) {
            DocumentException error = new DocumentException(text.name(), index, line(text, chunk, e), problem(e));
            unreadable.add(new Unreadable(chunk.content, text.line(chunk.start), error));
            return index + 1;
        }
    }

    /** JSON may be indented with tabs, YAML may not; outside of strings a tab means what a space means. */
    private static String spaced(String content) {
        return isJson(content) ? content.replace('\t', ' ') : content;
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE); // JsonTrees bounds what they expand to
        options.setNestingDepthLimit(200);
        return options;
    }

    private static int line(SourceText text, Chunk chunk, YAMLException e) {
        int index = e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                ? marked.getProblemMark().getIndex()
                : 0;
        return text.line(text.offset(chunk.start, index));
    }

    private static String problem(YAMLException e) {
        if (e instanceof MarkedYAMLException marked && marked.getProblem() != null) {
            return marked.getContext() == null ? marked.getProblem() : marked.getContext() + ": " + marked.getProblem();
        }
        return Objects.requireNonNullElse(e.getMessage(), "")
                .lines()
                .findFirst()
                .orElse("invalid YAML");
    }
}
