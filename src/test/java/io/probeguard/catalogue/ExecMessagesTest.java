package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table {@code exec-messages.csv}: real messages, and whether they are evidence of a runtime that breaks exec. */
class ExecMessagesTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();

    record Message(String fault, String text) {}

    static List<Message> messages() {
        try (InputStream in = ExecMessagesTest.class.getResourceAsStream("exec-messages.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .skip(1)
                    .map(line ->
                            Stream.of(line.split("\\|", -1)).map(String::strip).toArray(String[]::new))
                    .map(field -> new Message(field[0], field[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thereAreMessagesOfEachKind() {
        assertThat(messages()).hasSizeGreaterThan(40);
        assertThat(messages()).extracting(Message::fault).contains("runtime", "application", "neither");
    }

    @ParameterizedTest
    @MethodSource("messages")
    void isEvidenceWhereTheRuntimeIsAtFault(Message message) {
        assertThat(CATALOGUE.symptom(message.text, "docker://19.3.15").isPresent())
                .as(message.text)
                .isEqualTo(message.fault.equals("runtime"));
    }

    /** What a command printed follows "failed" over CRI, and may quote a runtime. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Liveness probe errored: rpc error: OCI runtime exec failed: reading from parent failed | containerd://1.7.27 | true
                    Liveness probe errored: rpc error: OCI runtime exec failed: reading from parent failed | docker://19.3.15    | true
                    Liveness probe failed: OCI runtime exec failed: reading from parent failed             | containerd://1.7.27 | false
                    Liveness probe failed: OCI runtime exec failed: reading from parent failed             | docker://19.3.15    | true
                    Liveness probe failed: OCI runtime exec failed: reading from parent failed             | ''                  | false
                    said: Liveness probe errored: OCI runtime exec failed: reading from parent failed      | cri-o://1.30.0      | false
                    """)
    void isOfTheRuntimeOnlyWhereNoCommandCanHavePrintedIt(String text, String runtime, boolean expected) {
        assertThat(CATALOGUE.symptom(text, runtime).isPresent()).isEqualTo(expected);
    }
}
