package io.probeguard.yaml;

import io.probeguard.text.Wording;

/**
 * A document that cannot be read: what is wrong, and where.
 *
 * <p>Messages are meant for the person who wrote the document; they never hold a stack trace.
 */
public final class DocumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int document;
    private final int line;

    /**
     * @param file the name of the text, as its user knows it
     * @param document 0-based, empty documents counted
     * @param line 1-based line of the file
     */
    public DocumentException(String file, int document, int line, String message) {
        super(message);
        this.file = file;
        this.document = document;
        this.line = line;
    }

    public String file() {
        return file;
    }

    public int document() {
        return document;
    }

    public int line() {
        return line;
    }

    /** The message with its place in front, printable: {@code policy.yaml:3: unknown field ...}. */
    public String located() {
        return Wording.clean(file + ":" + line + ": " + getMessage());
    }
}
