package io.probeguard.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.text.SourceText;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonPointer;

class DocumentsTest {

    private static Documents parse(String content) {
        return Documents.parse(new SourceText("f.yaml", content));
    }

    private static String json(String content) {
        return parse(content).documents().stream()
                .map(document -> document.index() + "=" + document.tree())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    a: 1                                    | 0={"a":1}
                    a: 1\\n---\\nb: 2                       | 0={"a":1} 1={"b":2}
                    ---\\na: 1                              | 0={"a":1}
                    # only a comment\\n---\\na: 1           | 0={"a":1}
                    ---\\n# nothing\\n---\\na: 1            | 0=null 1={"a":1}
                    a: 1\\n---\\n                           | 0={"a":1} 1=null
                    %YAML 1.1\\n---\\na: 1                  | 0={"a":1}
                    a: >\\n  text\\n---\\nb: 2              | 0={"a":"text\\n"} 1={"b":2}
                    a: 1\\r\\n---\\r\\nb: 2\\r\\n           | 0={"a":1} 1={"b":2}
                    {"a":1}{"b":2}                          | 0={"a":1} 1={"b":2}
                    {\\n\\t"a":\\t1\\n}                     | 0={"a":1}
                    {a: 1,}                                 | 0={"a":1}
                    a: 010                                  | 0={"a":8}
                    a: 0x1F                                 | 0={"a":31}
                    a: 0b101                                | 0={"a":5}
                    a: 1_000                                | 0={"a":1000}
                    a: "10"                                 | 0={"a":"10"}
                    a: 5.0                                  | 0={"a":5}
                    a: 5.5                                  | 0={"a":5.5}
                    a: 1:30                                 | 0={"a":"1:30"}
                    a: off                                  | 0={"a":false}
                    a: 99999999999                          | 0={"a":99999999999}
                    a: ~                                    | 0={"a":null}
                    a: 1\\na: 2                             | 0={"a":2}
                    x: &x {p: 1, q: 2}\\ny: {<<: *x, q: 3}  | 0={"x":{"p":1,"q":2},"y":{"p":1,"q":3}}
                    """)
    void readsWhatKubectlReads(String content, String expected) {
        String unescaped = content.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
        assertThat(json(unescaped)).isEqualTo(expected);
    }

    /** A manifest that somebody commented out, say. */
    @Test
    void anyNumberOfCommentsMayStandInFront() {
        assertThat(json("\uFEFF# c\r\n\n  # c\n" + "# c\n".repeat(100_000) + "---\na: 1\n"))
                .isEqualTo("0={\"a\":1}");
        assertThat(parse("# c\n".repeat(100_000)).isEmpty()).isTrue();
    }

    @Test
    void anUnreadableDocumentCostsNoOther() {
        Documents parsed = parse("a: 1\n---\nb: [\n---\nc: 3\n---\nd: @\n");

        assertThat(parsed.documents()).extracting(Document::index).containsExactly(0, 2);
        assertThat(parsed.unreadable())
                .extracting(each -> each.error().document() + ":" + each.error().line())
                .containsExactly("1:4", "3:7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"!%3", "!<tag:%zz> b", "!<%20a> b", "\"\\UFFFFFFFF\"", "!!%F0 b", "!<%20a> [b]", "!<%20a> {b: c}"
            })
    void aTagOrEscapeThatIsNoneIsRefused(String value) {
        assertThat(parse("a:\n  " + value + "\n").unreadable())
                .singleElement()
                .satisfies(each -> assertThat(each.error().line()).isEqualTo(2));
    }

    @Test
    void nestingWithoutBoundIsRefused() {
        for (String deep : List.of("[".repeat(3000) + "]".repeat(3000), "{\"a\": 1} " + "[".repeat(3000))) {
            assertThat(parse(deep).unreadable()).as(deep).hasSize(1);
        }
    }

    @Test
    void anErrorInALaterJsonValueNamesItsLine() {
        Documents parsed = parse("{\"a\": 1}\n{\"b\":\n  oops}\n");

        assertThat(parsed.documents()).hasSize(1);
        assertThat(parsed.unreadable()).singleElement().satisfies(each -> {
            assertThat(each.error().line()).isEqualTo(3);
            assertThat(each.error()).hasMessageStartingWith("invalid JSON: ");
        });
    }

    @Test
    void linesAreThoseOfTheFile() {
        Document second = parse("# c\na: 1\n---\n# \uD83D\uDE00 beyond the basic plane\nb:\n  c:\n  - d: 1\n  - d: 2\n")
                .documents()
                .get(1);

        assertThat(second.line(JsonPointer.compile("/b"))).isEqualTo(5);
        assertThat(second.line(JsonPointer.compile("/b/c/1/d"))).isEqualTo(8);
        assertThat(second.line(JsonPointer.compile("/b/c/1/absent"))).isEqualTo(8);
    }

    @Test
    void aliasesThatExpandWithoutBoundAreRefused() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            laughs.append("a").append(i).append(": &a").append(i).append(" [");
            laughs.append(("*a" + (i - 1) + ", ").repeat(10)).append("]\n");
        }
        assertThat(parse(laughs.toString()).unreadable())
                .singleElement()
                .satisfies(each -> assertThat(each.error()).hasMessageContaining("aliases expand to more than"));
    }

    @Test
    void mergesThatMultiplyAreReadOnce() {
        StringBuilder merges = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int i = 1; i < 60; i++) {
            merges.append(String.format("a%d: &a%d {<<: [*a%d, *a%d]}\n", i, i, i - 1, i - 1));
        }
        Document document = parse(merges.toString()).documents().get(0);
        assertThat(document.tree().at("/a59/x").asInt()).isEqualTo(1);
    }

    @Test
    void aValueThatHoldsItselfIsRefused() {
        assertThat(parse("a: &a [*a]").unreadable())
                .singleElement()
                .satisfies(each ->
                        assertThat(each.error()).hasMessageContaining("an alias refers to a value that contains it"));
    }

    @Test
    void oneDocumentIsOneDocument() {
        assertThatThrownBy(() -> Documents.parseOne(new SourceText("p.yaml", "a: 1\n---\nb: 2")))
                .isInstanceOf(DocumentException.class)
                .hasMessage("expected one document, found 2");
        assertThat(List.of(parse("").documents(), parse("# nothing\n").documents()))
                .containsOnly(List.of());
    }
}
