package io.probeguard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.parser.Parser;

/**
 * A page of the documentation.
 *
 * @param links where its links and pictures lead, as written
 * @param anchors the ids of its {@code <a id="...">}, which code hosts and the rendered site have alike; they make
 *     different ids of a heading
 * @param consoleBlocks what stands in its code blocks of the language {@code console}
 */
record MarkdownPage(Path file, String text, List<String> links, Set<String> anchors, List<String> consoleBlocks) {
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");

    static MarkdownPage read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Reader reader = new Reader();
        Parser.builder().build().parse(text).accept(reader);
        return new MarkdownPage(file, text, reader.links, reader.anchors, reader.consoleBlocks);
    }

    /** What a link without its fragment leads to; the page itself if nothing is left. */
    Path target(String link) {
        String path = link.replaceFirst("#.*", "");
        return path.isEmpty() ? file : file.resolveSibling(path).normalize();
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private static final class Reader extends AbstractVisitor {
        private final List<String> links = new ArrayList<>();
        private final Set<String> anchors = new HashSet<>();
        private final List<String> consoleBlocks = new ArrayList<>();

        @Override
        public void visit(Link link) {
            links.add(link.getDestination());
            visitChildren(link);
        }

        @Override
        public void visit(Image image) {
            links.add(image.getDestination());
        }

        @Override
        public void visit(HtmlInline html) {
            Matcher anchor = ANCHOR.matcher(html.getLiteral());
            if (anchor.matches()) {
                anchors.add(anchor.group(1));
            }
        }

        @Override
        public void visit(FencedCodeBlock block) {
            if ("console".equals(block.getInfo())) {
                consoleBlocks.add(block.getLiteral());
            }
        }
    }
}
