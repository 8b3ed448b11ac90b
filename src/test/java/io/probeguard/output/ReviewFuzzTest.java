package io.probeguard.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.manifest.FileReview;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.text.SourceText;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.json.JsonMapper;

/** Whatever a file holds: it is judged or named as an error, and each format of the result can be read. */
class ReviewFuzzTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Fleet FLEET = Fleet.assuming(
            Catalogue.builtIn().byId("docker-el7-1.13.1-84").stream().toList());

    @FuzzTest
    @Timeout(30)
    void anyManifest(byte[] content) throws XMLStreamException {
        ManifestReview review = new ManifestReview();
        review.add(FileReview.of(
                new SourceText("any.yaml", new String(content, StandardCharsets.UTF_8)),
                FLEET,
                Policy.DEFAULT.withMode(Mode.REWRITE)));

        assertThat(review.errors())
                .allSatisfy(error -> assertThat(error.message()).isNotBlank());
        assertThat(written(review, new TextOutput(Ansi.OFF)).chars())
                .noneMatch(c -> Character.isISOControl(c) && c != '\n');
        assertThat(JSON.readTree(written(review, new JsonOutput())).has("findings"))
                .isTrue();
        assertThat(JSON.readTree(written(review, new SarifOutput())).has("runs"))
                .isTrue();
        readXml(written(review, new JunitOutput()));
        written(review, new PatchOutput());
    }

    private static String written(ManifestReview review, ReviewOutput output) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        output.write(review, out);
        out.flush();
        return text.toString();
    }

    private static void readXml(String text) throws XMLStreamException {
        XMLStreamReader xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(new StringReader(text));
        while (xml.hasNext()) {
            xml.next();
        }
    }
}
