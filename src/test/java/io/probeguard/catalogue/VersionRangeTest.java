package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.External;
import io.probeguard.catalogue.VersionRange.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {
    @Provide
    Arbitrary<String> versions() {
        Arbitrary<String> part = Arbitraries.strings()
                .withChars("0123456789ab.~+")
                .ofMinLength(1)
                .ofMaxLength(6);
        Arbitrary<String> number = Arbitraries.integers().between(0, 99).map(String::valueOf);
        return Arbitraries.lazyOf(
                () -> number,
                () -> number.flatMap(first -> part.map(rest -> first + "." + rest)),
                () -> number.flatMap(first -> part.map(rest -> first + "-" + rest + "1")));
    }

    @Property
    void orderIsAntisymmetric(@ForAll("versions") String a, @ForAll("versions") String b) {
        for (Scheme scheme : List.of(Scheme.RPM, Scheme.DEB)) {
            assertThat(Integer.signum(scheme.compare(a, b))).isEqualTo(-Integer.signum(scheme.compare(b, a)));
            assertThat(scheme.compare(a, a)).isZero();
        }
    }

    @Property
    void orderIsTransitive(@ForAll("versions") String a, @ForAll("versions") String b, @ForAll("versions") String c) {
        for (Scheme scheme : List.of(Scheme.RPM, Scheme.DEB)) {
            if (scheme.compare(a, b) <= 0 && scheme.compare(b, c) <= 0) {
                assertThat(scheme.compare(a, c)).isLessThanOrEqualTo(0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RPM,    '>=1.13.1-84|<1.13.1-85', 1.13.1-84.git07f3374.el7.centos, true",
        "RPM,    '>=1.13.1-84|<1.13.1-85', 1.13.1-75.git8633870.el7.centos, false",
        "RPM,    '>=1.13.1-84|<1.13.1-85', 1.13.1-88.git07f3374.el7,        false",
        "DEB,    '<2.0.27',                2.0.25+ds1-1.1,                  true",
        "DEB,    '>=1.0',                  1.0~rc1,                         false",
        "DEB,    '>=1.0~|<1.1~',           1.0~0,                           true",
        "DEB,    '>=1.0~|<1.1~',           1.1~0,                           false",
        "SEMVER, '>=1.6.29|<=1.6.30',      1.6.30,                          true",
        "SEMVER, '>=1.6.29|<=1.6.30',      1.6.31,                          false",
        "SEMVER, '*',                      1.2.3,                           true",
        "SEMVER, '<1.20.0',                nonsense,                        false",
        "SEMVER, '<1.20.0',                1.19,                            true",
        "SEMVER, '<1.20.0',                1.20,                            false",
        "SEMVER, '<=1.20',                 1.20.0,                          true",
        "SEMVER, '<=1.20',                 1.20.1,                          false",
        "SEMVER, '>=5.15.200',             5.15.200,                        true",
        "SEMVER, '<5.15.200',              5.15.200,                        false",
        "SEMVER, '444',                    444.0.0,                         true",
        "GO,     '1.10|2',                 2.0.0,                           true",
        "SEMVER, '1.7.14',                 1.7.14+build,                    false",
    })
    void contains(Scheme scheme, String range, String version, boolean expected) {
        assertThat(VersionRange.parse(scheme, range).contains(version)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "SEMVER, >=x.y",
        "SEMVER, >=1.6.29|1-1+1",
        "SEMVER, 1+1",
        "SEMVER, <1.7.0+build",
        "SEMVER, 1.x",
        "GO,     >=1.22rc1",
        "RPM,    =>1.2",
        "RPM,    >=1.2 <1.3",
        "RPM,    '>=1.2,<1.3'",
        "RPM,    >=1.3|<1.2",
        "RPM,    >=1.3|<1.3",
        "DEB,    ''",
        "DEB,    *|1",
        "DEB,    >=",
    })
    void aMalformedRangeIsRefused(Scheme scheme, String range) {
        assertThatThrownBy(() -> VersionRange.parse(scheme, range))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + range + "\" is not a version range");
    }

    @ParameterizedTest
    @CsvSource({"1000, true", "1001, false"})
    void aRangeHasAtMostAThousandCharacters(int length, boolean isRange) {
        String zeros = "0".repeat(198);
        String range = "1" + zeros + "|2" + zeros + "|3" + zeros + "|4" + zeros + "|5" + "0".repeat(length - 801);
        assertThat(range).hasSize(length);
        assertThatCode(() -> VersionRange.parse(Scheme.RPM, range))
                .satisfies(e -> assertThat(e == null).isEqualTo(isRange));
    }

    @Test
    void equalsWhatIsWrittenAlikeForTheSameKindOfVersions() {
        VersionRange range = VersionRange.parse(Scheme.RPM, ">=1.2");
        assertThat(range).isEqualTo(VersionRange.parse(Scheme.RPM, ">=1.2"));
        assertThat(range).hasSameHashCodeAs(VersionRange.parse(Scheme.RPM, ">=1.2"));
        assertThat(range).isNotEqualTo(VersionRange.parse(Scheme.RPM, ">=1.3"));
        assertThat(range).isNotEqualTo(VersionRange.parse(Scheme.DEB, ">=1.2"));
        assertThat(range.hashCode())
                .isNotEqualTo(VersionRange.parse(Scheme.RPM, ">=1.3").hashCode());
    }

    @ParameterizedTest
    @CsvSource({"RPM, 255, true", "RPM, 256, false", "DEB, 255, true", "DEB, 256, false", "SEMVER, 256, false"})
    void aVersionIsNoLongerThanAFileName(Scheme scheme, int length, boolean isVersion) {
        String text = "1.0.0-" + "a".repeat(length - 6);
        assertThat(scheme.isVersion(text)).isEqualTo(isVersion);
        assertThat(VersionRange.parse(scheme, ">=0.1").contains(text)).isEqualTo(isVersion);
    }

    @ParameterizedTest
    @CsvSource({
        "1.7.14,                            1.7.14",
        ">=1.6.29|<1.6.31,                  >=1.6.29 <1.6.31",
        ">=1.20.0|<1.20.7|>=1.21.0|<1.22.0, '>=1.20.0 <1.20.7, >=1.21.0 <1.22.0'",
        "<1.16.3|1.17.0,                    '<1.16.3, 1.17.0'",
        "<1.2.12|>=1.3.0|<1.3.2,            '<1.2.12, >=1.3.0 <1.3.2'",
    })
    void forPeopleItIsWrittenInPairs(String range, String phrase) {
        assertThat(VersionRange.parse(Scheme.SEMVER, range).phrase()).isEqualTo(phrase);
    }

    @ParameterizedTest
    @CsvSource({"RPM, rpm.txt", "DEB, deb.txt"})
    void agreesWithThePackageToolsThemselves(Scheme scheme, String file) throws IOException {
        List<String> lines =
                Files.readAllLines(External.folder("PROBE_GUARD_VERSIONS").resolve(file));
        assertThat(lines).hasSizeGreaterThan(500).allSatisfy(line -> {
            String[] fields = line.split(" ", -1);
            assertThat(Integer.signum(scheme.compare(fields[0], fields[1]))).isEqualTo(Integer.parseInt(fields[2]));
        });
    }
}
