package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.admission.Admission;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.admission.MalformedReviewException;
import io.probeguard.admission.Observer;
import io.probeguard.manifest.FileReview;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.policy.Review;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.SourceText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same pod, nodes and policy get one answer, through whichever door they come. */
class OneJudgementTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<Fleet> FLEETS = List.of(
            Nodes.fleet(Nodes.broken("b1")),
            Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1")),
            Nodes.fleet(Nodes.healthy("h1")));

    /** What each door must agree on. */
    private record Answer(String action, String note, List<String> findings) {
        static Answer of(Review review) {
            return new Answer(
                    review.action().word(),
                    review.note() == null
                            ? ""
                            : review.note().reason() + ": " + review.note().detail(),
                    review.findings().stream()
                            .map(finding -> finding.container() + " " + finding.handler() + " " + finding.action() + " "
                                    + finding.message())
                            .toList());
        }
    }

    @Provide
    Arbitrary<String> pods() {
        Arbitrary<String> namespace = Arbitraries.of("shop", "kube-system", "probe-guard", "quiet", "exempted");
        Arbitrary<String> annotations = Arbitraries.of("{}", "{}", "{\"probe-guard.io/skip\": \"soon gone\"}");
        Arbitrary<String> handler =
                Arbitraries.of("\"exec\": {\"command\": [\"x\"]}", "\"httpGet\": {\"path\": \"/\"}");
        Arbitrary<String> probe = Combinators.combine(handler, Arbitraries.of(0, 5, 30, 60), Arbitraries.of(0, 10))
                .as((how, period, timeout) ->
                        "{" + how + ", \"periodSeconds\": " + period + ", \"timeoutSeconds\": " + timeout + "}");
        Arbitrary<String> container = Combinators.combine(
                        Arbitraries.of("livenessProbe", "readinessProbe", "startupProbe"),
                        probe,
                        Arbitraries.of(true, false))
                .as((field, value, hook) -> "{\"name\": \"c\", \"" + field + "\": " + value
                        + (hook ? ", \"lifecycle\": {\"preStop\": {\"exec\": {\"command\": [\"x\"]}}}" : "") + "}");
        Arbitrary<String> containers = container
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .map(list -> list.stream().collect(Collectors.joining(",")));
        return Combinators.combine(namespace, annotations, containers)
                .as((in, with, all) -> "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\","
                        + " \"namespace\": \"" + in + "\", \"annotations\": " + with + "}, \"spec\": {\"containers\": ["
                        + all + "]}}");
    }

    @Provide
    Arbitrary<Policy> policies() {
        return Arbitraries.of(Mode.values())
                .map(
                        mode -> PolicyFile.read(
                                new SourceText(
                                        "policy.yaml",
                                        "mode: " + mode
                                                + "\nnamespaces: {quiet: off, kube-system: deny}\nexemptions: [{namespace: exempted, reason: known}]\n")));
    }

    @Provide
    Arbitrary<Fleet> fleets() {
        return Arbitraries.of(FLEETS);
    }

    @Property(tries = 200)
    void allDoorsGiveOneAnswer(
            @ForAll("pods") String pod, @ForAll("policies") Policy policy, @ForAll("fleets") Fleet fleet)
            throws MalformedReviewException {
        ManifestReview manifests = new ManifestReview();
        manifests.add(FileReview.of(new SourceText("pod.json", pod), fleet, policy));
        List<Answer> offline = manifests.reviewed().stream()
                .map(Reviewed::review)
                .map(Answer::of)
                .toList();

        Scan scan = new Scan(fleet, policy, namespace -> null);
        manifests.reviewed().forEach(each -> scan.add(each.found().workload()));
        List<Answer> scanned = scan.report().workloads().stream()
                .map(ScannedWorkload::review)
                .map(Answer::of)
                .toList();

        List<Answer> admitted = new ArrayList<>();
        Observer observer = (webhook, operation, isDryRun, review) -> {
            if (!review.workload().execHandlers().isEmpty()) {
                admitted.add(Answer.of(review));
            }
        };
        Admission admission = new Admission(ClusterState.fixed(fleet), policy, observer);
        JsonNode validated = answer(admission, Webhook.VALIDATE, pod);
        JsonNode mutated = answer(admission, Webhook.MUTATE, pod);

        assertThat(admitted.stream().distinct())
                .isEqualTo(offline.stream().distinct().toList());
        assertThat(scanned)
                .isEqualTo(offline.stream()
                        .filter(answer -> !answer.findings.isEmpty()) // a scan reports what meets a flagged node
                        .toList());
        boolean denied = offline.stream().anyMatch(answer -> answer.action.equals("deny"));
        boolean rewritten = offline.stream().anyMatch(answer -> answer.action.equals("rewrite"));
        assertThat(validated.at("/response/allowed").asBoolean()).isEqualTo(!denied);
        assertThat(mutated.at("/response").has("patch")).isEqualTo(rewritten);
    }

    private static JsonNode answer(Admission admission, Webhook webhook, String pod) throws MalformedReviewException {
        String namespace = JSON.readTree(pod).at("/metadata/namespace").asString();
        String review =
                "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\": {\"uid\": \"u\","
                        + " \"kind\": {\"group\": \"\", \"version\": \"v1\", \"kind\": \"Pod\"}, \"operation\": \"CREATE\","
                        + " \"namespace\": \"" + namespace + "\", \"object\": " + pod + "}}";
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        return JSON.readTree(admission.answer(webhook, review.getBytes(StandardCharsets.UTF_8), deadline));
    }
}
