package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What the service accounts of the chart may do, rule by rule. */
class ChartPermissionsTest {
    /** In its own namespace alone. */
    @Test
    void canariesAreReadAndReplacedByRole() {
        String pods = "{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"list\",\"watch\",\"delete\"]}";
        Chart chart = Chart.render("1.30.0", Map.of("canary.enabled", true));
        assertThat(ownRole(chart)).contains(pods);
        assertThat(chart.only("ClusterRole").path("rules").toString()).doesNotContain("delete");
        assertThat(ownRole(Chart.render("1.30.0", Map.of()))).doesNotContain("pods");
    }

    private static String ownRole(Chart chart) {
        return chart.named("Role", "probe-guard").path("rules").toString();
    }

    /** Whoever takes over a pod that serves cannot make the webhooks match more, or replace their certificates. */
    @Test
    void onlyTheirKeeperMayWriteWebhookConfigurationsAndTheSecret() {
        Chart chart = Chart.render("1.30.0", Map.of("canary.enabled", true, "policy.steer", "prefer"));
        for (JsonNode object : chart.objects()) {
            for (JsonNode rule : object.path("rules")) {
                boolean writes = rule.path("verbs").toString().matches(".*(create|update|patch|delete).*");
                if (rule.path("resources").toString().matches(".*(webhookconfigurations|secrets).*") && writes) {
                    assertThat(object.at("/metadata/name").asString()).isEqualTo("probe-guard-webhooks");
                }
            }
        }
        assertThat(chart.only("ClusterRole").path("rules"))
                .filteredOn(rule -> rule.toString().contains("admissionregistration"))
                .singleElement()
                .asString()
                .contains("\"resourceNames\":[\"probe-guard\"],\"verbs\":[\"get\",\"list\",\"watch\"]");
        assertThat(chart.named("ClusterRole", "probe-guard-webhooks").toString())
                .contains(
                        "\"resourceNames\":[\"probe-guard\"],\"verbs\":[\"get\",\"list\",\"watch\",\"update\",\"patch\"]");
    }

    /** RBAC cannot restrict them to their own node. */
    @Test
    void onlyInspectMayGetAndPatchNodes() {
        Chart chart = Chart.render("1.30.0", ChartTest.WITHOUT_CANARY);
        String inspect = "probe-guard-inspect";
        assertThat(chart.only("DaemonSet")
                        .at("/spec/template/spec/serviceAccountName")
                        .asString())
                .isEqualTo(inspect);
        for (JsonNode object : chart.objects()) {
            String name = object.at("/metadata/name").asString();
            if (object.path("kind").asString().endsWith("Binding")) {
                assertThat(object.at("/roleRef/name").asString()).isIn(name, "system:auth-delegator");
                assertThat(object.path("subjects")).hasSize(1);
                assertThat(object.at("/subjects/0/name").asString())
                        .isEqualTo(List.of(inspect, "probe-guard-webhooks").contains(name) ? name : "probe-guard");
            }
            for (JsonNode rule : object.path("rules")) {
                if (name.equals(inspect)) {
                    assertThat(rule.toString())
                            .isEqualTo(
                                    "{\"apiGroups\":[\"\"],\"resources\":[\"nodes\"],\"verbs\":[\"get\",\"patch\"]}");
                }
            }
        }
        assertThat(Chart.render("1.30.0", Map.of()).text()).doesNotContain(inspect, "hostPath");
    }

    /** Besides labels on nodes, for steering and canaries, as another test has. */
    @Test
    void mayNotReadOtherSecretsOrChangeOtherObjects() {
        for (JsonNode object : Chart.render("1.30.0", ChartTest.WITHOUT_CANARY).objects()) {
            if (object.at("/metadata/name").asString().equals("probe-guard-inspect")) {
                continue;
            }
            for (JsonNode rule : object.path("rules")) {
                String resources = rule.path("resources").toString();
                assertThat(rule.toString()).doesNotContain("\"*\"");
                if (resources.contains("secrets")) {
                    assertThat(object.path("kind").asString()).isEqualTo("Role");
                    assertThat(rule.path("resourceNames").toString()).isEqualTo("[\"probe-guard-certs\"]");
                }
                if (rule.path("verbs").toString().matches(".*(create|update|patch|delete).*")
                        && !resources.matches("\\[\"(events|policyreports)\"]")) {
                    assertThat(rule.path("resourceNames").size()).isEqualTo(1);
                }
            }
        }
    }

    /** Permissions without resource names, and those that only the background review needs. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            backgroundReview.enabled | false          | deployments    | -
            backgroundReview.enabled | true           | deployments    | ["list"]
            backgroundReview.enabled | true           | cronjobs       | ["list"]
            backgroundReview.enabled | true           | poddisruptionbudgets | ["list"]
            backgroundReview.enabled | false          | leases         | -
            backgroundReview.enabled | true           | leases         | ["create","get","patch"]
            backgroundReview.enabled | true           | events         | ["create","get","patch"]
            backgroundReview.events  | false          | events         | -
            policyReports            | ""             | policyreports  | -
            policyReports            | wgpolicyk8s.io | policyreports  | ["list","create","update","delete"]
            policyReports            | openreports.io | reports        | ["list","create","update","delete"]
            """)
    void theBackgroundReviewHasThePermissionsOfItsValues(String key, String value, String resource, String verbs) {
        Chart chart = Chart.render("1.30.0", Map.of("policy.symptoms", "off", key, value.replace("\"", "")));
        String found = chart.objects().stream()
                .filter(object -> !object.at("/metadata/name").asString().equals("probe-guard-webhooks"))
                .flatMap(object -> object.path("rules").valueStream())
                .filter(rule -> rule.path("resources").toString().contains("\"" + resource + "\""))
                .map(rule -> rule.path("verbs").toString())
                .findFirst()
                .orElse("-");
        assertThat(found).isEqualTo(verbs);
    }

    @Test
    void mayPatchNodesOnlyToSteerOrToPlaceCanaries() {
        assertThat(Chart.render("1.30.0", Map.of()).only("ClusterRole").toString())
                .doesNotContain("\"nodes\"],\"verbs\":[\"get\",\"patch\"]");
        assertThat(Chart.render("1.30.0", Map.of("policy.steer", "prefer"))
                        .only("ClusterRole")
                        .path("rules")
                        .toString())
                .contains("{\"apiGroups\":[\"\"],\"resources\":[\"nodes\"],\"verbs\":[\"get\",\"patch\"]}");
        assertThat(Chart.render("1.30.0", Map.of("canary.enabled", true))
                        .only("ClusterRole")
                        .path("rules")
                        .toString())
                .contains("{\"apiGroups\":[\"\"],\"resources\":[\"nodes\"],\"verbs\":[\"get\",\"patch\"]}");
    }
}
