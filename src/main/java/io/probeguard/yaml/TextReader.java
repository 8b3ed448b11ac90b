package io.probeguard.yaml;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.Constant;

/**
 * A text as SnakeYAML's scanner reads it, by code points. SnakeYAML's own reader keeps the part that is being scanned in a
 * buffer, which it copies for each 1024 characters that it reads: a scalar of 20 MB takes more than a minute.
 */
final class TextReader extends StreamReader {
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    /** Marks need no text: whoever reports an error shows its line only. */
    private static final int[] NO_SNIPPET = {};

    private final String text;

    /** Null where each character is one. */
    private final int @Nullable [] codePoints;

    private final int length;
    private int index;
    private int documentStart;
    private int line;
    private int column;

    /** @throws ReaderException if there are characters that YAML does not allow */
    TextReader(String text) {
        super("");
        this.text = text;
        this.codePoints = text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                ? text.codePoints().toArray()
                : null;
        this.length = codePoints == null ? text.length() : codePoints.length;
        for (int i = 0; i < length; i++) {
            if (!isPrintable(at(i))) {
                throw new ReaderException("'reader'", i, at(i), "special characters are not allowed");
            }
        }
    }

    private int at(int place) {
        return codePoints == null ? text.charAt(place) : codePoints[place];
    }

    @Override
    public Mark getMark() {
        return new Mark("'reader'", index, line, column, NO_SNIPPET, 0);
    }

    @Override
    public void forward() {
        forward(1);
    }

    @Override
    public void forward(int count) {
        int end = Math.min(index + count, length);
        while (index < end) {
            int c = at(index++);
            if (Constant.LINEBR.has(c) || (c == '\r' && peek() != '\n' && index < length)) {
                line++;
                column = 0;
            } else if (c != BYTE_ORDER_MARK) {
                column++;
            }
        }
    }

    @Override
    public int peek() {
        return peek(0);
    }

    /** 0 after the end. */
    @Override
    public int peek(int ahead) {
        return index + ahead < length ? at(index + ahead) : 0;
    }

    @Override
    public String prefix(int count) {
        int end = Math.min(index + count, length);
        return codePoints == null ? text.substring(index, end) : new String(codePoints, index, end - index);
    }

    /** Never called over the end of a line. */
    @Override
    public String prefixForward(int count) {
        String prefix = prefix(count);
        index += count;
        column += count;
        return prefix;
    }

    @Override
    public int getColumn() {
        return column;
    }

    @Override
    public int getDocumentIndex() {
        return index - documentStart;
    }

    @Override
    public void resetDocumentIndex() {
        documentStart = index;
    }

    @Override
    public int getIndex() {
        return index;
    }

    @Override
    public int getLine() {
        return line;
    }
}
