package io.probeguard.output;

import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.NotJudged;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Steering;
import io.probeguard.probe.Workload;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * JUnit XML, which CI systems show: each workload is a test case, which fails where the policy acts on it; what was not
 * judged is one that was skipped, and so is a workload of which everything is in the baseline.
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
            List<Reviewed> failing = judged.stream()
                    .map(review::withoutKnown)
                    .filter(JunitOutput::fails)
                    .toList();
            long known = judged.stream().filter(JunitOutput::fails).count() - failing.size();
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "probe-guard");
            xml.writeAttribute(
                    "tests",
                    String.valueOf(
                            judged.size() + skipped.size() + review.errors().size()));
            xml.writeAttribute("failures", String.valueOf(failing.size()));
            xml.writeAttribute("errors", String.valueOf(review.errors().size()));
            xml.writeAttribute("skipped", String.valueOf(skipped.size() + known));
            for (Reviewed reviewed : judged) {
                testCase(xml, review.withoutKnown(reviewed), fails(reviewed));
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

    /** @param failsWithoutBaseline whether the policy acts on it, though it may be known */
    private static void testCase(XMLStreamWriter xml, Reviewed reviewed, boolean failsWithoutBaseline)
            throws XMLStreamException {
        Workload workload = reviewed.found().workload();
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", Wording.clean(reviewed.file()));
        xml.writeAttribute("name", Wording.clean(workload.kindName() + " " + namespace + workload.name()));
        if (fails(reviewed)) {
            List<Failure> failures = failures(reviewed);
            xml.writeStartElement("failure");
            xml.writeAttribute("type", reviewed.review().action().word());
            xml.writeAttribute("message", failures.get(0).message);
            xml.writeCharacters(failures.stream()
                    .map(failure -> Wording.clean(reviewed.file()) + ":" + failure.line + ": " + failure.message)
                    .collect(Collectors.joining("\n")));
            xml.writeEndElement();
        } else if (failsWithoutBaseline) {
            xml.writeStartElement("skipped");
            xml.writeAttribute("message", "in the baseline");
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private record Failure(int line, String message) {}

    /** The findings that the policy acts on, and that pods are steered away from nodes; at least one. */
    private static List<Failure> failures(Reviewed reviewed) {
        Stream<Failure> findings = reviewed.review().acted().stream()
                .map(finding -> new Failure(reviewed.line(finding), finding.message()));
        Steering steering = reviewed.review().steering();
        return steering == null
                ? findings.toList()
                : Stream.concat(
                                findings,
                                Stream.of(new Failure(reviewed.line(), "its pods are " + Messages.steered(steering))))
                        .toList();
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
