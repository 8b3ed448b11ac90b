package io.probeguard.output;

import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.NotJudged;
import io.probeguard.policy.Finding;
import io.probeguard.probe.Workload;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * JUnit XML, which CI systems show: each workload is a test case, which fails where the policy acts on it; what was not
 * judged is one that was skipped.
 */
public final class JunitOutput implements ReviewOutput {

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
            List<Reviewed> judged = review.reviewed().stream()
                    .filter(each -> each.review().note() == null || fails(each))
                    .toList();
            List<NotJudged> skipped = review.notJudged();
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "probe-guard");
            xml.writeAttribute(
                    "tests",
                    String.valueOf(
                            judged.size() + skipped.size() + review.errors().size()));
            xml.writeAttribute(
                    "failures",
                    String.valueOf(judged.stream().filter(JunitOutput::fails).count()));
            xml.writeAttribute("errors", String.valueOf(review.errors().size()));
            xml.writeAttribute("skipped", String.valueOf(skipped.size()));
            for (Reviewed reviewed : judged) {
                testCase(xml, reviewed);
            }
            for (NotJudged each : skipped) {
                skipped(xml, each);
            }
            for (InputError error : review.errors()) {
                error(xml, error);
            }
            xml.writeEndDocument();
            xml.flush();
            out.println();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("cannot write XML", e);
        }
    }

    private static boolean fails(Reviewed reviewed) {
        return reviewed.review().action().isActed();
    }

    private static void testCase(XMLStreamWriter xml, Reviewed reviewed) throws XMLStreamException {
        Workload workload = reviewed.found().workload();
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", Wording.clean(reviewed.file()));
        xml.writeAttribute("name", Wording.clean(workload.kindName() + " " + namespace + workload.name()));
        if (fails(reviewed)) {
            List<Finding> findings = reviewed.review().acted();
            xml.writeStartElement("failure");
            xml.writeAttribute("type", reviewed.review().action().word());
            xml.writeAttribute("message", findings.get(0).message());
            xml.writeCharacters(findings.stream()
                    .map(finding ->
                            Wording.clean(reviewed.file()) + ":" + reviewed.line(finding) + ": " + finding.message())
                    .collect(Collectors.joining("\n")));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void skipped(XMLStreamWriter xml, NotJudged each) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", Wording.clean(each.file()));
        xml.writeAttribute("name", "line " + each.line() + " is judged");
        xml.writeStartElement("skipped");
        xml.writeAttribute("message", each.located());
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void error(XMLStreamWriter xml, InputError error) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", Wording.clean(error.file()));
        xml.writeAttribute("name", "readable");
        xml.writeStartElement("error");
        xml.writeAttribute("message", error.located());
        xml.writeEndElement();
        xml.writeEndElement();
    }
}
