package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryPatchTest {
    private static Pod patched(String yaml) {
        CanaryPatch patch = CanaryPatch.read(new SourceText("patch.yaml", yaml));
        return CanaryPod.probes(
                "node-1",
                new CanarySettings(
                        CanarySettings.PAUSE_IMAGE, CanarySettings.PAUSE_VERSION, patch, Duration.ofMinutes(9)));
    }

    @Test
    void objectsAreMergedAndListsReplaced() {
        Pod pod = patched("spec: {hostNetwork: true, securityContext: {runAsUser: 7}, tolerations: [{key: a}]}");
        assertThat(pod.getSpec().getHostNetwork()).isTrue();
        assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(7);
        assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSpec().getTolerations())
                .singleElement()
                .satisfies(toleration -> assertThat(toleration.getKey()).isEqualTo("a"));
        assertThat(pod.getSpec().getNodeName()).isEqualTo("node-1");
    }

    @Test
    void nullRemoves() {
        assertThat(patched("spec: {securityContext: null}").getSpec().getSecurityContext())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"*, 'first steady'", "first, 'first'", "hook, ''"})
    void containersArePatchedByName(String name, String expected) {
        Pod pod = patched("spec: {containers: [{name: '" + name + "', env: [{name: A, value: b}]}]}");
        assertThat(pod.getSpec().getContainers()).extracting(Container::getName).containsExactly("first", "steady");
        assertThat(pod.getSpec().getContainers().stream()
                        .filter(container -> List.of(new EnvVar("A", "b", null)).equals(container.getEnv()))
                        .map(Container::getName)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[a]                                | expected a part of a Pod",
                "specs: {}                          | no part of a Pod; allowed: metadata, spec",
                "spec: {containers: {name: first}}  | expected a list",
                "spec: {containers: [{name: frist}]} | no container \"frist\"",
                "spec: {securityContext: 3}         | does not fit a Pod",
            })
    void whatDoesNotFitIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> patched(yaml))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining(message);
    }
}
