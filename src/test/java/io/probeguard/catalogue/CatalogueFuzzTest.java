package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/** Whatever a catalogue file, the version of a node's program, or its packages say: a result, or an error of the file. */
class CatalogueFuzzTest {
    private static final NodeInfo NODE =
            new NodeInfo("containerd://1.6.28", "Ubuntu 22.04", "5.15.0-1052-azure", "v1.28.3");

    @FuzzTest
    @Timeout(30)
    void anyFile(byte[] content) {
        try {
            CatalogueChanges changes =
                    CatalogueFile.read(new SourceText("own.yaml", new String(content, StandardCharsets.UTF_8)));
            Catalogue catalogue = Catalogue.builtIn().with(changes);
            catalogue.flagging(NODE);
            catalogue.shipped(NODE, Map.of());
            catalogue
                    .entries()
                    .forEach(entry -> assertThat(catalogue.byId(entry.id())).contains(entry));
        } catch (DocumentException e) {
            assertThat(e.located())
                    .startsWith("own.yaml:")
                    .matches(text -> text.chars().noneMatch(Character::isISOControl));
        }
    }

    /** The first line has two versions and a range, separated by blanks; all of it is also taken for a node's words. */
    @FuzzTest
    @Timeout(30)
    void anyVersion(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        String[] words = text.split(" ", -1);
        for (Scheme scheme : Scheme.values()) {
            compare(scheme, words[0], words.length > 1 ? words[1] : text);
            range(scheme, words.length > 2 ? words[2] : text, words[0]);
        }
        PackageVersion.unreadable(text);
        for (PackageVersion each : PackageVersion.parseList(text)) {
            assertThat(PackageVersion.parse(each.word()).scheme()).isEqualTo(each.scheme());
            Catalogue.builtIn().flagging(each);
            Catalogue.builtIn().completed(each);
        }
        NodeInfo info = new NodeInfo(text, text, text, text);
        Catalogue.builtIn().flagging(info);
        Catalogue.builtIn().shipped(info, Map.of());
        Catalogue.builtIn().symptom(text, "docker://19.3.15");
    }

    private static void compare(Scheme scheme, String a, String b) {
        try {
            int order = Integer.signum(scheme.compare(a, b));
            assertThat(Integer.signum(scheme.compare(b, a))).isEqualTo(-order);
            assertThat(scheme.compare(a, a)).isZero();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void range(Scheme scheme, String written, String version) {
        try {
            VersionRange range = VersionRange.parse(scheme, written);
            range.contains(version);
            assertThat(range.phrase()).isNotBlank();
            assertThat(VersionRange.parse(scheme, range.toString()).contains(version))
                    .isEqualTo(range.contains(version));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("is not a version range");
        }
    }
}
