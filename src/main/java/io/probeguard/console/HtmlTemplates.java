package io.probeguard.console;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The templates of HTML pages. They escape every value; to use a name that is not defined is an error. */
final class HtmlTemplates {
    private HtmlTemplates() {}

    /** Compiles a template. */
    static Template template(String name) {
        return Mustache.compiler().withLoader(HtmlTemplates::reader).compile(reader(name));
    }

    /** The content of a template, style sheet or script. */
    static String text(String name) {
        try (InputStream in = HtmlTemplates.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, () -> "missing resource: " + name)
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader reader(String name) {
        return new StringReader(text(name));
    }
}
