package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.admission.TreeParser.TooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class TreeParserTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** Of 2 MB, which every request has: 200 bytes for an object, 100 for an array or a scalar. */
    @ParameterizedTest(name = "{1} of {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1        | 19999
            true     | 19999
            ""       | 19999
            null     | 19999
            []       | 19999
            {}       |  9999
            {"a": 1} |  6666
            [[1]]    |  6666
            """)
    void readsAsMuchAsThereIsMemoryFor(String value, int most) {
        assertThat(read(value, most, 0)).isEqualTo(most);
        assertThatThrownBy(() -> read(value, most + 1, 0)).isInstanceOf(TooLargeException.class);
    }

    /** 200,000 bytes of text come with 4.6 MB. */
    @Test
    void aLongBodyHasMore() {
        assertThat(read("1", 45_999, 200_000)).isEqualTo(45_999);
        assertThatThrownBy(() -> read("1", 46_000, 200_000)).isInstanceOf(TooLargeException.class);
    }

    /** An array of so many of a value, which is one array more. */
    private static int read(String value, int count, int length) {
        String json = "[" + (value + ",").repeat(count - 1) + value + "]";
        return JSON.readTree(new TreeParser(JSON.createParser(json), length)).size();
    }
}
