package io.probeguard.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.probe.WorkloadKind;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
    private static final String SPEC =
            "\"spec\": {\"containers\": [{\"name\": \"c\", \"livenessProbe\": {\"exec\": {}, \"periodSeconds\": %s, \"timeoutSeconds\": %s, \"failureThreshold\": %s}}]}";
    private static final String REWRITTEN =
            "[{\\\"container\\\":\\\"c\\\",\\\"handler\\\":\\\"liveness\\\",\\\"builds\\\":[],\\\"before\\\":{\\\"periodSeconds\\\":4,\\\"timeoutSeconds\\\":1,\\\"failureThreshold\\\":3},"
                    + "\\\"after\\\":{\\\"periodSeconds\\\":30,\\\"timeoutSeconds\\\":10,\\\"failureThreshold\\\":5}}]";
    private static final CatalogueEntry BUILD =
            Catalogue.builtIn().byId("docker-el7-1.13.1-84").orElseThrow();

    private static Review review(WorkloadKind kind, String metadata, Mode mode, boolean flagged) {
        String pod = "{\"metadata\": " + metadata + ", " + SPEC.formatted(4, 1, 3) + "}";
        String object = kind == WorkloadKind.POD
                ? pod
                : "{\"metadata\": {\"name\": \"web\"}, \"spec\": {\"template\": " + pod + "}}";
        return Guard.review(
                Pods.ofKind(kind, "shop", object),
                Fleet.assuming(flagged ? List.of(BUILD) : List.of()),
                Policy.DEFAULT.withMode(mode));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            POD        | VALIDATE | CREATE | WARN    | true  | warned
            POD        | MUTATE   | CREATE | WARN    | true  | -
            POD        | VALIDATE | UPDATE | WARN    | true  | warned
            POD        | VALIDATE | CREATE | DENY    | true  | denied
            POD        | VALIDATE | UPDATE | DENY    | true  | warned
            DEPLOYMENT | VALIDATE | CREATE | DENY    | true  | warned
            DEPLOYMENT | VALIDATE | CREATE | REWRITE | true  | warned
            POD        | VALIDATE | CREATE | REWRITE | true  | warned
            POD        | VALIDATE | CREATE | OFF     | true  | skipped
            POD        | VALIDATE | CREATE | WARN    | false | -
            """)
    void outcomes(WorkloadKind kind, Webhook webhook, String operation, Mode mode, boolean flagged, String outcome) {
        Decision decision = Decision.of(webhook, operation, review(kind, "{\"name\": \"web\"}", mode, flagged));
        assertThat(decision == null ? null : decision.outcome().word()).isEqualTo(outcome);
    }

    /** Its warning reaches nobody, and the Deployment was decided on before. */
    @ParameterizedTest
    @CsvSource({"WARN, WARN", "OFF, NONE"})
    void whatAControllerMakesOfATemplateIsNoDecision(Mode mode, Action action) {
        String made = """
                {"metadata": {"name": "web-6f9", "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": true}]},
                 "spec": {"template": {"metadata": {}, %s}}}""".formatted(SPEC.formatted(4, 1, 3));
        Review review = Guard.review(
                Pods.ofKind(WorkloadKind.REPLICA_SET, "shop", made),
                Fleet.assuming(List.of(BUILD)),
                Policy.DEFAULT.withMode(mode));
        assertThat(review.action()).isEqualTo(action);
        assertThat(Decision.of(Webhook.VALIDATE, "CREATE", review)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name": "p", "annotations": {"probe-guard.io/skip": "x"}}               | skipped
            {"name": "p", "annotations": {"probe-guard.io/steered": "kept off"}}     | rewritten
            {"name": "p", "annotations": {"kubernetes.io/config.mirror": "x"}}       | skipped
            """)
    void annotations(String metadata, String outcome) {
        assertThat(Decision.of(Webhook.VALIDATE, "CREATE", review(WorkloadKind.POD, metadata, Mode.REWRITE, true)))
                .extracting(decision -> decision.outcome().word())
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name": "p"}                                                             | Pod        | p
            {"generateName": "p-"}                                                    | Pod        | p-
            {"name": "p-x2x4z", "generateName": "p-"}                                 | Pod        | p-
            {"generateName": "web-6f9c8d7b5-", "ownerReferences": [{"kind": "ReplicaSet", "name": "web-6f9c8d7b5", "controller": true}]} | Deployment | web
            """)
    void podsAreKnownByWhatMadeThem(String metadata, String kind, String name) {
        assertThat(Decision.of(Webhook.VALIDATE, "CREATE", review(WorkloadKind.POD, metadata, Mode.WARN, true)))
                .isEqualTo(new Decision(
                        "shop", new Identity(kind, name), Decision.Outcome.WARNED, List.of("docker-el7-1.13.1-84")));
    }

    /** Anybody who may create pods may write it. */
    @Test
    void whatAPodSaysMadeItIsKeptInShort() {
        String made = "{\"kind\": \"%s\", \"name\": \"%s\", \"controller\": true}"
                .formatted("K".repeat(100_000), "n".repeat(100_000));
        String metadata = "{\"name\": \"p\", \"ownerReferences\": [" + made + "]}";
        assertThat(Decision.of(Webhook.VALIDATE, "CREATE", review(WorkloadKind.POD, metadata, Mode.WARN, true)))
                .extracting(Decision::toString, InstanceOfAssertFactories.STRING)
                .startsWith("Decision[namespace=shop, workload=Identity[kind=KKK")
                .hasSizeLessThan(1000);
    }

    @Test
    void aPodThatHasItsRelaxedNumbersWasRewritten() {
        String pod = "{\"metadata\": {\"name\": \"p\", \"annotations\": {\"probe-guard.io/rewritten\": \"" + REWRITTEN
                + "\"}}, " + SPEC.formatted(30, 10, 5) + "}";
        Review review = Guard.review(
                Pods.ofKind(WorkloadKind.POD, "shop", pod),
                Fleet.assuming(List.of(BUILD)),
                Policy.DEFAULT.withMode(Mode.REWRITE));
        assertThat(Decision.of(Webhook.VALIDATE, "CREATE", review))
                .extracting(Decision::outcome)
                .isEqualTo(Decision.Outcome.REWRITTEN);
    }
}
