package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.catalogue.Catalogue.Implied;
import io.probeguard.catalogue.Catalogue.Match;
import io.probeguard.node.Nodes;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CatalogueTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker-1.13.1-75.git8633870.el7.centos.x86_64     |
                    docker-1.13.1-84.git07f3374.el7.centos.x86_64     | docker-el7-1.13.1-84
                    docker-1.13.1-84.git07f3374.el7.x86_64            | docker-el7-1.13.1-84
                    docker-2:1.13.1-84.git07f3374.el7.centos.x86_64   | docker-el7-1.13.1-84
                    docker-1.13.1-87.git07f3374.el7.x86_64            |
                    docker-1.13.1-88.git07f3374.el7.x86_64            |
                    docker-1.13.1-91.git07f3374.el7.centos.x86_64     |
                    docker-1.13.1-84.git1234567.fc28.x86_64           |
                    docker-common-1.13.1-84.git07f3374.el7.x86_64     |
                    docker-ce-18.06.1.ce-3.el7.x86_64                 | runc-cgroup-einval
                    conmon-2.0.22-1.el8.x86_64                        |
                    conmon-2.0.26-1.el8.x86_64                        | conmon-2.0.23
                    conmon-2.0.27-1.el8.x86_64                        |
                    conmon 2.0.25+ds1-1.1                             | conmon-2.0.23
                    conmon:amd64 2.0.27-1                             |
                    containerd.io 1.6.28-1                            |
                    containerd.io 1.6.30-1                            | containerd-1.6.29,containerd-exit-lost
                    containerd.io=1.6.31-1                            | containerd-exit-lost
                    containerd.io-1.7.14-3.1.el9.x86_64               | containerd-1.7.14,containerd-exit-lost
                    containerd.io 1.7.22-1                            |
                    moby-runc 1.0.0~rc93+azure-ubuntu18.04u1          | runc-1.0.0-rc93
                    moby-containerd 1.7.20-ubuntu22.04u1              | containerd-exit-lost
                    runc 1.4.1-1                                      |
                    """)
    void packages(String installed, String id) {
        assertThat(CATALOGUE.flagging(PackageVersion.parse(installed)).stream()
                        .map(CatalogueEntry::id)
                        .collect(Collectors.joining(",")))
                .isEqualTo(id == null ? "" : id);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker://1.13.1            | CentOS Linux 7 (Core)                       | 3.10.0-957.el7.x86_64      | docker-el7-1.13.1-84 suspected
                    docker://1.13.1            | Red Hat Enterprise Linux Server 7.6 (Maipo) | 3.10.0-957.el7.x86_64      | docker-el7-1.13.1-84 suspected
                    docker://1.13.1            | Red Hat Enterprise Linux                    | 3.10.0-957.el7.x86_64      | docker-el7-1.13.1-84 suspected
                    docker://1.13.1            | CentOS Linux 7 (Core)                       | 4.19.0-4.el7.ucloud.x86_64 | docker-el7-1.13.1-84 suspected
                    docker://1.13.1            | Ubuntu 16.04.7 LTS                          | 4.4.0-generic              |
                    docker://1.13.1            | Debian GNU/Linux 9 (stretch)                | 3.10.0-957.el7.x86_64      |
                    docker://1.13.1            | CentOS Linux 8                              | 4.18.0-80.el8.x86_64       |
                    docker://18.9.1            | Red Hat Enterprise Linux Server 7.6 (Maipo) | 3.10.0-957.el7.x86_64      |
                    docker://Unknown           | CentOS Linux 7 (Core)                       | 3.10.0-957.el7.x86_64      |
                    containerd://1.6.28        | Bottlerocket OS 1.19.2                      | 5.15                       |
                    containerd://1.6.30        | Ubuntu 22.04                                | 5.15                       | containerd-1.6.29 sure,containerd-exit-lost sure
                    containerd://1.6.30+bottlerocket | Bottlerocket OS 1.19.3                | 5.15                       | containerd-1.6.29 sure,containerd-exit-lost sure
                    containerd://1.6.30-0ubuntu1 | Ubuntu 22.04                              | 5.15                       | containerd-1.6.29 suspected,containerd-exit-lost suspected
                    containerd://1.6.31        | Ubuntu 22.04                                | 5.15                       | containerd-exit-lost sure
                    containerd://1.7.13        | Ubuntu 22.04                                | 5.15                       |
                    containerd://1.7.14        | Ubuntu 22.04                                | 5.15                       | containerd-1.7.14 sure,containerd-exit-lost sure
                    containerd://1.7.14-k3s1   | Ubuntu 22.04                                | 5.15                       | containerd-1.7.14 suspected,containerd-exit-lost suspected
                    containerd://1.7.15        | Ubuntu 22.04                                | 5.15                       | containerd-exit-lost sure
                    containerd://1.7.22        | Ubuntu 22.04                                | 5.15                       |
                    cri-o://1.25.1             | Ubuntu 22.04                                | 5.15                       |
                    """)
    void nodeInfo(String runtime, String osImage, String kernel, String expected) {
        String found = CATALOGUE.flagging(new NodeInfo(runtime, osImage, kernel, "v1.27.0")).stream()
                .map(match -> match.entry().id() + (match.isSure() ? " sure" : " suspected"))
                .collect(Collectors.joining(","));
        assertThat(found).isEqualTo(expected == null ? "" : expected);
    }

    /** The release of containerd.io decides, whatever its packaging adds. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    containerd.io 1.4.7-1               | containerd.io 1.4.7-1 bundles runc 1.0.0: runc-1.0.0 sure
                    containerd.io-1.4.7-3.1.el7.x86_64  | containerd.io-1.4.7-3.1.el7 bundles runc 1.0.0: runc-1.0.0 sure
                    containerd.io 1.4.9-1               | containerd.io 1.4.9-1 bundles runc 1.0.1: runc-1.0.0 sure
                    containerd.io 1.6.28-1              |
                    containerd.io 9.9.9-1               |
                    containerd 1.4.7-1                  |
                    """)
    void bundled(String installed, String expected) {
        String found = CATALOGUE.bundled(PackageVersion.parse(installed), Nodes.HEALTHY).stream()
                .map(implied -> implied.how() + ": "
                        + implied.matches().stream()
                                .map(match -> match.entry().id())
                                .collect(Collectors.joining(","))
                        + (implied.isSure() ? " sure" : " suspected"))
                .collect(Collectors.joining(";"));
        assertThat(found).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void whatIsInstalledSaysMoreThanWhatIsBundled() {
        Implied runc = CATALOGUE
                .bundled(PackageVersion.parse("containerd.io 1.4.7-1"), Nodes.HEALTHY)
                .get(0);
        assertThat(runc.isAbout(PackageVersion.parse("moby-runc 1.1.12"))).isTrue();
        assertThat(runc.isAbout(PackageVersion.parse("containerd 1.6.28"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "runc 1.1.12,             runc 1.1.12",
        "moby-runc 1.1.12,        moby-runc 1.1.12 (runc)",
        "containerd.io 1.6.28-1,  containerd.io 1.6.28-1",
    })
    void aPackageIsNamedWithItsComponent(String installed, String expected) {
        assertThat(CATALOGUE.named(PackageVersion.parse(installed))).isEqualTo(expected);
    }

    @Test
    void everySuspicionSaysHowToSettleItOrHasARevision() {
        Match match = CATALOGUE
                .flagging(new NodeInfo("docker://1.13.1", "CentOS Linux 7 (Core)", "", ""))
                .get(0);
        assertThat(match.affected().settledBy()).isEqualTo("rpm -q docker");
    }

    @Test
    void everyEntryNamesItsSources() {
        assertThat(CATALOGUE.entries()).allSatisfy(entry -> {
            assertThat(entry.sources()).isNotEmpty().allMatch(source -> source.startsWith("https://"));
            assertThat(entry.remedy()).hasSizeLessThan(80);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    docker-el7-1.13.1-84   | Liveness probe failed: rpc error: code = 2 desc = oci runtime error: exec failed: container_linux.go:247: starting container process caused "process_linux.go:110: decoding init error from pipe caused \\"read parent: connection reset by peer\\""
                    docker-el7-1.13.1-84   | Exec lifecycle hook ([/bin/sh -c x]) for Container "a" in Pod "a_b(c)" failed - error: command '/bin/sh -c x' exited with 126: decoding init error from pipe caused "read parent: connection reset by peer", message: ""
                    conmon-2.0.23          | Readiness probe errored: rpc error: code = Unknown desc = command error: EOF, stdout: , stderr: , exit code -1
                                           | Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "f": OCI runtime exec failed: exec failed: container_linux.go:367: starting container process caused: chdir to cwd ("/home/app") set in config.json failed: permission denied: unknown
                    runc-1.1.12-rhaos4.17  | Readiness probe errored: rpc error: code = Unknown desc = command error: panic: opensslcrypto: can't initialize OpenSSL: can't retrieve OpenSSL version
                                           | Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "9": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown
                                           | Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "9": cannot exec in a deleted state: unknown
                    OCI runtime exec failed | Liveness probe failed: OCI runtime exec failed: exec failed: container_linux.go:348: starting container process caused "process_linux.go:90: adding pid 21603 to cgroups caused": unknown
                    oci runtime error      | Liveness probe failed: rpc error: code = 2 desc = oci runtime error: exec failed: container_linux.go:247: starting container process caused "read /proc/588/status: bad address"
                                           | Liveness probe errored: rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout 2s exceeded: context deadline exceeded
                                           | Liveness probe errored: rpc error: code = DeadlineExceeded desc = context deadline exceeded
                                           | Liveness probe failed: command "cat /tmp/healthy" timed out
                                           | Liveness probe failed: command timed out: "cat /tmp/healthy" timed out after 1s
                    code = Unknown desc = command error: | Liveness probe errored: rpc error: code = Unknown desc = command error: time="2020-04-30T03:10:44Z" level=error msg="exec failed: container_linux.go:349: starting container process caused
                                           | Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory
                                           | Readiness probe failed: Get "http://10.1.2.3:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)
                                           | Readiness probe failed: dial tcp 10.1.2.3:8080: connect: connection timed out
                                           | Readiness probe failed: timeout: failed to connect service "10.1.2.3:8080" within 1s: context deadline exceeded
                                           | PostStartHook failed
                    """)
    void symptoms(String expected, String message) {
        String found = CATALOGUE
                .symptom(message, "docker://19.3.15")
                .map(observed -> observed.build() == null
                        ? observed.symptom().text()
                        : observed.build().id())
                .orElse(null);
        assertThat(found == null ? null : found.strip()).isEqualTo(expected);
    }

    private static CatalogueChanges changes(String yaml) {
        return new JsonMapper()
                .readValue(
                        Documents.parseOne(new SourceText("c.yaml", yaml))
                                .tree()
                                .toString(),
                        CatalogueChanges.class);
    }

    @Test
    void anAdminAddsReplacesAndDisables() {
        String entry = "component: x, summary: x, affected: [{by: rpm, name: x, versions: '1'}], effect: hangs,"
                + " flags: true, timingHelps: true, remedy: x, confidence: high, sources: []}";
        Catalogue changed = CATALOGUE.with(changes("{disabled: [docker-el7-1.13.1-84], entries: [{id: conmon-2.0.23, "
                + entry + ", {id: new, " + entry + "]}"));
        assertThat(changed.byId("docker-el7-1.13.1-84")).isEmpty();
        assertThat(changed.flagging(Nodes.EL7_DOCKER)).isEmpty();
        assertThat(changed.entries().get(0).id()).as("takes the other's place").isEqualTo("conmon-2.0.23");
        assertThat(changed.entries().get(0).component()).isEqualTo("x");
        assertThat(changed.entries()).last().extracting(CatalogueEntry::id).isEqualTo("new");
        assertThat(changed.entries()).hasSameSizeAs(CATALOGUE.entries());
        assertThat(changed.notProbeBugs()).isEqualTo(CATALOGUE.notProbeBugs());
        assertThat(CATALOGUE.with(CatalogueChanges.NONE)).isEqualTo(CATALOGUE);
    }

    @Test
    void whatIsNoProbeBugSaysWhy() {
        assertThat(CATALOGUE.notProbeBugs()).isNotEmpty().allSatisfy(known -> {
            assertThat(known.summary()).isNotBlank();
            assertThat(known.why()).isNotBlank();
            assertThat(known.sources()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "effect: explodes, flags: true, timingHelps: true | 1 | \"explodes\"",
                "effect: leaks, flags: true, timingHelps: true | 1 | effect leaks does not break exec",
                "effect: hangs, breaks: somewhere, flags: true, timingHelps: true | 1 | \"somewhere\"",
                "effect: hangs, efect: x, flags: true, timingHelps: true | 1 | unknown field",
            })
    void aBrokenEntryIsRefusedWithItsLine(String keys, int line, String message) {
        String entry =
                "entries: [{id: x, component: x, summary: x, affected: [{by: rpm, name: x, versions: 1}], remedy: x,"
                        + " confidence: high, sources: [], " + keys + "}]";
        assertThatThrownBy(() -> Catalogue.read(new SourceText("c.yaml", entry)))
                .isInstanceOfSatisfying(
                        DocumentException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageContaining(message);
    }

    @Test
    void anIdIsOfOneThing() {
        String notAProbeBug = CATALOGUE.notProbeBugs().get(0).id();
        String entries = "entries: [{id: " + notAProbeBug + ", component: x, summary: x, affected: [{by: rpm, name: x,"
                + " versions: '1'}], effect: hangs, flags: true, timingHelps: true, remedy: x, confidence: high,"
                + " sources: []}]";
        assertThatThrownBy(() -> Catalogue.read(new SourceText(
                        "c.yaml",
                        "{notProbeBugs: [{id: " + notAProbeBug + ", summary: x, why: x, sources: []}], " + entries
                                + "}")))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining("duplicate id \"" + notAProbeBug + "\"");
    }

    @Test
    void suggestsWhatMayHaveBeenMeant() {
        assertThat(CATALOGUE.near("conmon-2.0.32")).contains("conmon-2.0.23");
        String notAProbeBug = CATALOGUE.notProbeBugs().get(0).id();
        assertThat(CATALOGUE.near(notAProbeBug + "x")).contains(notAProbeBug);
    }

    /** Its name, or that of a package that is the same under another name. */
    @ParameterizedTest
    @CsvSource({
        "RPM, docker,      true",
        "DEB, docker,      false",
        "RPM, containerd2, true",
        "DEB, containerd2, false",
        "DEB, moby-runc,   true",
        "DEB, nginx,       false",
    })
    void knowsWhichPackagesToLookFor(AffectedVersion.By by, String name, boolean known) {
        assertThat(CATALOGUE.packageNames(by).contains(name)).isEqualTo(known);
    }

    @Test
    void looksForNoOtherPackagesThanItsEntriesAreAbout() {
        Catalogue one = Catalogue.read(new SourceText(
                "c.yaml",
                "entries: [{id: x, component: containerd, summary: x, affected: [{by: deb, name: containerd,"
                        + " versions: '1'}], effect: hangs, flags: true, timingHelps: true, remedy: x, confidence: high,"
                        + " sources: []}]"));
        assertThat(one.packageNames(AffectedVersion.By.DEB))
                .containsExactly("containerd", "containerd.io", "moby-containerd");
        assertThat(one.packageNames(AffectedVersion.By.RPM)).isEmpty();
    }
}
