package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.probeguard.catalogue.Catalogue;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymptomReaderTest {
    private static final String NODE = "node";

    /** The runtime's own error, and a command that prints the same, as each kind of kubelet tells them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            containerd://2.2.9  | Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec: process exited | true
            containerd://2.2.9  | Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec: process exited | true
            containerd://2.2.9  | Readiness probe failed: rpc error: code = Unknown desc = failed to exec in container: failed to start exec: process exited | false
            cri-o://1.31.2      | Liveness probe failed: OCI runtime exec failed: exec failed: unsafe procfs detected | false
            containerd://1.6.20 | Exec lifecycle hook ([sh -c false # OCI runtime exec failed: exec failed: unsafe procfs detected]) for Container "a" in Pod "b" failed - error: command exited with 1 | false
            docker://20.10.24   | Liveness probe failed: OCI runtime exec failed: exec failed: unsafe procfs detected | true
            ''                  | Liveness probe failed: OCI runtime exec failed: exec failed: unsafe procfs detected | false
            """)
    void whatACommandPrintsIsNoSymptomOverCri(String runtime, String message, boolean isSymptom) {
        SymptomTracker symptoms = new SymptomTracker();
        SymptomReader reader = new SymptomReader(Catalogue.builtIn(), Map.of(NODE, runtime)::get, symptoms);
        Stream.of("web", "db", "cache")
                .forEach(pod -> reader.read(new EventBuilder()
                        .withMessage(message)
                        .withLastTimestamp(Instant.now().toString())
                        .withNewSource("kubelet", NODE)
                        .withNewInvolvedObject()
                        .withKind("Pod")
                        .withNamespace("tenant")
                        .withName(pod)
                        .endInvolvedObject()
                        .build()));
        assertThat(symptoms.at(Instant.now()).containsKey(NODE)).isEqualTo(isSymptom);
    }
}
