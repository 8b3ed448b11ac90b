package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link of the HTML that {@code ./mvnw site} has made leads somewhere. */
class SiteTest {
    private static final Path SITE = Path.of("target/site");

    static List<Path> pages() throws IOException {
        if (!Files.isDirectory(SITE)) {
            External.skip("no " + SITE + ": run ./mvnw site first");
        }
        try (Stream<Path> files = Files.list(SITE)) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        Document html = Jsoup.parse(page);
        List<String> broken = html.select("a[href], img[src], link[href], script[src]").stream()
                .map(SiteTest::target)
                .filter(target -> !target.isEmpty() && !target.matches("[a-z]+:.*|//.*"))
                .filter(target -> !exists(page, target))
                .toList();
        assertThat(broken).isEmpty();
    }

    private static String target(Element link) {
        return link.hasAttr("href") ? link.attr("href") : link.attr("src");
    }

    private static boolean exists(Path page, String target) {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        return Files.exists(file) && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
    }

    private static List<String> anchors(Path file) {
        try {
            Document html = Jsoup.parse(file);
            return Stream.concat(
                            html.select("[id]").eachAttr("id").stream(),
                            html.select("a[name]").eachAttr("name").stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
