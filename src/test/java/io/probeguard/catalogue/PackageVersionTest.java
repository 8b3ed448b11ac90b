package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.catalogue.VersionRange.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageVersionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker-1.13.1-84.git07f3374.el7.centos.x86_64   | RPM        | docker        | 1.13.1-84.git07f3374.el7.centos
                    docker-2:1.13.1-84.git07f3374.el7.x86_64        | RPM        | docker        | 1.13.1-84.git07f3374.el7
                    runc-4:1.1.12-5.rhaos4.17.el9.x86_64            | RPM        | runc          | 1.1.12-5.rhaos4.17.el9
                    containerd.io 1.6.28-1                          | DEB        | containerd.io | 1.6.28-1
                    containerd.io=1.6.28-1                          | DEB        | containerd.io | 1.6.28-1
                    docker-ce 5:18.09.2~3-0~debian-stretch          | DEB        | docker-ce     | 18.09.2~3-0~debian-stretch
                    conmon:amd64 2:2.0.25~0                         | DEB        | conmon        | 2.0.25~0
                    docker-go-version=go1.10.2                      | GO         | docker        | 1.10.2
                    docker-go-version=go1.21                        | GO         | docker        | 1.21.0
                    docker-go-version=go1.18.9 X:strictfipsruntime  | GO         | docker        | 1.18.9
                    docker-build-time=2018-11-30T02:48:45Z          | BUILD_TIME | docker        | 20181130T024845Z
                    docker-build-time=2018-11-30T02:48:45.123456789+00:00 | BUILD_TIME | docker  | 20181130T024845Z
                    docker-build-time=2018-11-29T21:48:45-05:00     | BUILD_TIME | docker        | 20181130T024845Z
                    """)
    void parses(String text, Scheme scheme, String name, String version) {
        assertThat(PackageVersion.parse(text)).isEqualTo(new PackageVersion(scheme, name, version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-2:1.13.1-84.el7.x86_64",
                "conmon:amd64 2:2.0.25~0",
                "docker-go-version=go1.21",
                "docker-build-time=2018-11-30T02:48:00.5Z"
            })
    void readsItsOwnWords(String text) {
        PackageVersion parsed = PackageVersion.parse(text);
        assertThat(PackageVersion.parse(parsed.word())).isEqualTo(parsed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker                                    | "docker" is not a package: expected the output of rpm -q
                    docker-build-time=+12018-11-30T02:48:45Z  | "+12018-11-30T02:48:45Z" is not a time
                    docker-2:1.13=20-218                      | "docker-2:1.13=20-218" is not a package
                    docker.io 1:48:45.0                       | "docker.io 1:48:45.0" is not a package
                    docker-go-version=1.10                    | "1.10" is not a Go release: expected one such as go1.10.2
                    docker-build-time=Fri Nov 30 02:48:45 2018 | "Fri Nov 30 02:48:45 2018" is not a time: expected one such as 2018-11-30T02:48:45Z
                    """)
    void saysWhatItExpected(String text, String message) {
        assertThatThrownBy(() -> PackageVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aListLeavesOutWhatIsNone() {
        assertThat(PackageVersion.parseList(
                        "docker-1.13.1-84.el7.x86_64, nonsense, docker-go-version=go1.10.2,runc 1.1.4-1"))
                .extracting(PackageVersion::toString)
                .containsExactly("docker-1.13.1-84.el7", "docker built with Go 1.10.2", "runc 1.1.4-1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                               | ''
                    'runc 1.1.4-1, ,docker-1.13.1-84.el7.x86_64,' | ''
                    'runc 1.1.4-1, nonsense,a b'     | nonsense;a b
                    """)
    void saysWhatOfAListIsNone(String text, String none) {
        assertThat(String.join(";", PackageVersion.unreadable(text))).isEqualTo(none);
    }
}
