package io.probeguard.console;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The templates of HTML pages, which lie beside the classes that fill them. They escape every value; what is asked of a
 * value that is not there is an error.
 */
public final class HtmlTemplates {
    private HtmlTemplates() {}

    /**
     * Compiles a template.
     *
     * @param beside the class it lies beside; what it includes lies there too, or beside this class
     */
    public static Template of(Class<?> beside, String name) {
        return Mustache.compiler()
                .withLoader(included -> reader(beside, included))
                .compile(reader(beside, name));
    }

    /** A file beside a class, or beside this one, as it is. */
    public static String text(Class<?> beside, String name) {
        Class<?> where = beside.getResource(name) == null ? HtmlTemplates.class : beside;
        try (InputStream in = where.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader reader(Class<?> beside, String name) {
        return new StringReader(text(beside, name));
    }
}
