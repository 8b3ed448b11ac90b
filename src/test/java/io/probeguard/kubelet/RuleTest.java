package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
    @ParameterizedTest(name = "{0} from {2} on, over {1}")
    @CsvSource({
        "TIMEOUT_COUNTS, docker://18.9.9, v1.20.0, v1.19.16",
        "RESULT_WAKES_POD, containerd://1.4.0, v1.21.0, v1.20.15",
        "READINESS_RUNS_AT_SYNC, containerd://1.4.0, v1.21.0, v1.20.15",
        "READINESS_PERIOD_RESTARTS, containerd://2.0.0, v1.32.0, v1.31.9",
        "PROBE_GRACE, cri-o://1.25.0, v1.25.0, v1.24.17",
        "SIDECARS, containerd://1.7.0, v1.29.0, v1.28.15",
        "SYNC_AT_END_OF_BACK_OFF, containerd://2.2.0, v1.35.0, v1.34.9",
        "CONTAINER_RESTART_POLICY, containerd://2.2.0, 1.35.0, 1.34.9",
        "DELETED_POD_HAS_PHASE, containerd://1.6.0, v1.27.1, v1.26.3-gke.1000",
        "JOB_WAITS_ITS_BACK_OFF, containerd://1.6.0, v1.28.0, v1.27.0",
    })
    void holdsFromAVersionOn(Rule rule, String runtime, String from, String before) {
        assertThat(NodeSoftware.of(from, runtime).is(rule)).isTrue();
        assertThat(NodeSoftware.of("v2.0.0", runtime).is(rule)).isTrue();
        assertThat(NodeSoftware.of(before, runtime).is(rule)).isFalse();
    }

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource({
        "docker://1.13.1, v1.16.0, true",
        "docker://20.10.24, v1.20.2, true",
        "docker://28.1.1, v1.33.0, true",
        "containerd://1.6.20, v1.20.2, false",
        "cri-o://1.31.2, v1.31.0, false",
        "remote://1, v1.31.0, false",
    })
    void execThatDoesNotGetInIsAnExitCodeOverDockerOnly(String runtime, String kubelet, boolean counts) {
        assertThat(NodeSoftware.of(kubelet, runtime).is(Rule.ERROR_IS_AN_EXIT_CODE))
                .isEqualTo(counts);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "docker://20.10.24, true",
        "containerd://0.9.1, true",
        "containerd://1.6.20, true",
        "containerd://1.7.0, false",
        "containerd://1.11.0, false",
        "containerd://2.2.9, false",
        "cri-o://1.6.0, false",
        "remote://1, false",
    })
    void execsWaitForEachOtherUpToContainerd16(String runtime, boolean wait) {
        assertThat(NodeSoftware.of("v1.30.0", runtime).is(Rule.EXECS_WAIT_FOR_EACH_OTHER))
                .isEqualTo(wait);
    }

    @ParameterizedTest
    @EnumSource
    void hasASource(Rule rule) {
        assertThat(rule.source()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.20.2", "v1.37.2"})
    void errorsDoNotCountInAnyRelease(String kubelet) {
        assertThat(NodeSoftware.of(kubelet, "containerd://2.2.9").is(Rule.ERROR_COUNTS))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "docker://1.13.1,     v1.13.0,          true,  false",
        "docker://19.3.13,    v1.19.16-eks-1,   true,  false",
        "docker://19.3.13,    v1.20.0,          true,  true",
        "docker://19.3.13,    v1.21.5-gke.1300, true,  false",
        "containerd://1.7.20, v1.30.1-gke.1,    false, false",
        "containerd://2.1.0,  v1.35.0-gke.1,    false, true",
        "docker://20.10.8,    v1.28.2,          true,  true",
        "containerd://1.4.1,  v1.19.3,          false, false",
        "containerd://1.7.20, v1.30.1,          false, true",
        "cri-o://1.11.5,      v1.11.0+d4cacc0,  false, false",
        "cri-o://1.16.2,      v1.16.3,          false, false",
        "cri-o://1.16.3,      v1.16.3,          false, true",
        "cri-o://1.17.0,      v1.17.1,          false, false",
        "cri-o://1.17.1,      v1.17.1,          false, true",
        "cri-o://1.18.0,      v1.18.0,          false, true",
        "cri-o://1.25.1,      v1.25.1,          false, true",
        "cri-o://2.0.0,       v1.19.0,          false, true",
    })
    void whatCounts(String runtime, String kubelet, boolean errors, boolean timeouts) {
        NodeSoftware node = NodeSoftware.of(kubelet, runtime);
        assertThat(node.is(Rule.ERROR_IS_AN_EXIT_CODE)).isEqualTo(errors);
        assertThat(node.is(Rule.TIMEOUT_COUNTS)).isEqualTo(timeouts);
    }

    @Test
    void versionsAreInTheOrderOfTheirReleases() {
        assertThat(Stream.of("v2.0.0", "v1.10.0-eks-1", "1.37.2", "v1.9.11")
                        .map(KubeletVersion::parse)
                        .sorted()
                        .map(each -> each.major() + "." + each.minor()))
                .containsExactly("1.9", "1.10", "1.37", "2.0");
        assertThat(KubeletVersion.parse("v1.20.15")).isEqualByComparingTo(KubeletVersion.parse("v1.20.2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "newest", "1", "v1.x", "1.20.2 "})
    void noVersionIsRefused(String text) {
        assertThatThrownBy(() -> NodeSoftware.of(text, "containerd://2.2.9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invalid kubelet version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "docker", "://1.2"})
    void noRuntimeIsRefused(String text) {
        assertThatThrownBy(() -> NodeSoftware.of("v1.20.2", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invalid container runtime");
    }
}
