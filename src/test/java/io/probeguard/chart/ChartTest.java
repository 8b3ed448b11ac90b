package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.probeguard.Run;
import io.probeguard.cli.InspectCommand;
import io.probeguard.cli.ServeCommand;
import io.probeguard.cli.WebhooksCommand;
import io.probeguard.evidence.CanaryPodSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ChartTest {
    static final Map<String, Object> EVERYTHING = Map.ofEntries(
            Map.entry("policyReports", "wgpolicyk8s.io"),
            Map.entry("autoscaling.enabled", true),
            Map.entry("metrics.serviceMonitor.enabled", true),
            Map.entry("metrics.alerts.enabled", true),
            Map.entry("metrics.dashboard.enabled", true),
            Map.entry("postInstallCheck.enabled", true),
            Map.entry("webhooks.binding", true),
            Map.entry("hostNetwork", true),
            Map.entry("inspect.enabled", true),
            Map.entry("canary.enabled", true),
            Map.entry("nodeProblemDetector.enabled", true),
            Map.entry("console.exposed", true));

    static final Map<String, Object> WITHOUT_CANARY = withoutCanary();

    private static Map<String, Object> withoutCanary() {
        Map<String, Object> values = new HashMap<>(EVERYTHING);
        values.remove("canary.enabled");
        return values;
    }

    static List<String> versions() {
        return List.of("1.11.0", "1.13.4", "1.16.0", "1.20.2", "1.24.0", "1.28.0", "1.30.0", "1.36.0");
    }

    @Test
    void passesHelmLint() {
        var result = new Helm(Chart.PATH).lint().strict().call();
        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    /** The version that introduced each field; older API servers and Helm refuse or drop it. */
    @ParameterizedTest
    @CsvSource({
        "/webhooks/0/sideEffects,                                  1.12",
        "/webhooks/0/timeoutSeconds,                               1.14",
        "/webhooks/0/rules/0/scope,                                1.14",
        "/webhooks/0/reinvocationPolicy,                           1.15",
        "/webhooks/0/matchPolicy,                                  1.15",
        "/webhooks/0/clientConfig/service/port,                    1.15",
        "/webhooks/0/matchConditions,                              1.28",
    })
    void hasAFieldFromTheVersionThatIntroducedIt(String pointer, String since) {
        for (String version : versions()) {
            JsonNode mutating = Chart.render(version, Map.of()).only("MutatingWebhookConfiguration");
            assertThat(mutating.at(pointer).isMissingNode())
                    .as("%s on %s", pointer, version)
                    .isEqualTo(isBefore(version, since));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MutatingWebhookConfiguration,   1.16, admissionregistration.k8s.io/v1beta1, admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration, 1.16, admissionregistration.k8s.io/v1beta1, admissionregistration.k8s.io/v1",
        "PodDisruptionBudget,            1.21, policy/v1beta1,                       policy/v1",
        "HorizontalPodAutoscaler,        1.23, autoscaling/v1,                       autoscaling/v2",
    })
    void usesApiVersionsThatTheClusterServes(String kind, String since, String before, String after) {
        for (String version : versions()) {
            assertThat(Chart.render(version, EVERYTHING)
                            .only(kind)
                            .path("apiVersion")
                            .asString())
                    .as("%s on %s", kind, version)
                    .isEqualTo(isBefore(version, since) ? before : after);
        }
    }

    private static boolean isBefore(String version, String since) {
        return minor(version) < minor(since);
    }

    private static int minor(String version) {
        return Integer.parseInt(version.replaceAll("^1\\.(\\d+).*", "$1"));
    }

    /** API servers drop or refuse unknown fields. */
    @ParameterizedTest
    @MethodSource("versions")
    void hasOnlyFieldsThatTheVersionKnows(String version) throws Exception {
        try (ApiModels models = ApiModels.kubernetes("1." + minor(version))) {
            for (JsonNode object : Chart.render(version, EVERYTHING).objects()) {
                if (!object.path("apiVersion").asString().startsWith("monitoring.coreos.com/")) {
                    assertThat(models.unknownFields(object))
                            .as(object.path("kind").asString())
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cert-manager,        certificates.source,            cert-manager, cert-manager.io",
        "prometheus-operator, metrics.serviceMonitor.enabled, true,         monitoring.coreos.com",
        "prometheus-operator, metrics.alerts.enabled,         true,         monitoring.coreos.com"
    })
    void hasOnlyFieldsThatTheOperatorKnows(String operator, String key, String value, String group) throws Exception {
        try (ApiModels models = ApiModels.of(operator)) {
            List<JsonNode> objects = Chart.render("1.30.0", Map.of(key, value)).objects().stream()
                    .filter(object -> object.path("apiVersion").asString().startsWith(group))
                    .toList();
            assertThat(objects).isNotEmpty();
            for (JsonNode object : objects) {
                assertThat(models.unknownFields(object)).isEmpty();
            }
        }
    }

    /** Self-signed, it is its own issuer, whose name may not be empty: with neither, serve refuses the certificate. */
    @Test
    void theCertificateOfCertManagerHasASubject() {
        assertThat(Chart.render("1.30.0", Map.of("certificates.source", "cert-manager"))
                        .only("Certificate")
                        .at("/spec/subject/organizations/0")
                        .asString())
                .isNotEmpty();
    }

    /** Shows that the checks above can fail. */
    @Test
    void findsUnknownFields() throws Exception {
        JsonNode review = Chart.render("1.30.0", Map.of()).only("PodDisruptionBudget");
        try (ApiModels models = ApiModels.kubernetes("1.30")) {
            assertThat(models.unknownFields(review)).isEmpty();
            ((ObjectNode) review.at("/spec/selector")).put("matchLabel", "misspelled");
            assertThat(models.unknownFields(review)).containsExactly("/spec/selector/matchLabel");
        }
        JsonNode deployment = Chart.render("1.30.0", Map.of()).only("Deployment");
        try (ApiModels models = ApiModels.kubernetes("1.11")) {
            assertThat(models.unknownFields(deployment))
                    .containsExactlyInAnyOrder(
                            "/spec/template/spec/securityContext/seccompProfile",
                            "/spec/template/spec/containers/0/securityContext/seccompProfile");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void onlyItsCanaryHasExecProbes(String version, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("chart.yaml"),
                Chart.render(version, WITHOUT_CANARY).text());
        Run review = Run.of("review", file.toString());
        assertThat(review.exitCode()).as(review.out() + review.err()).isZero();
        assertThat(review.out()).contains("0 exec probes, 0 exec hooks");
    }

    /** The fields that the Pod Security Standard "restricted" requires; the pods of inspect are an exception (next test). */
    @ParameterizedTest
    @ValueSource(strings = {"1.19.0", "1.36.0"})
    void everyPodMeetsTheRestrictedStandard(String version) {
        Chart chart = Chart.render(version, Map.of("postInstallCheck.enabled", true, "canary.enabled", true));
        int pods = 0;
        for (JsonNode object : chart.objects()) {
            JsonNode pod = object.path("kind").asString().equals("Pod")
                    ? object.path("spec")
                    : object.at("/spec/template/spec");
            if (pod.path("containers").isEmpty()) {
                continue;
            }
            pods++;
            for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.has(host)).isFalse();
            }
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
            assertThat(pod.at("/securityContext/seccompProfile/type").asString())
                    .isEqualTo("RuntimeDefault");
            for (JsonNode volume : pod.path("volumes")) {
                assertThat(volume.propertyNames()).containsAnyOf("configMap", "emptyDir", "secret");
            }
            for (JsonNode container : pod.path("containers")) {
                JsonNode security = container.path("securityContext");
                assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
                assertThat(security.path("privileged").asBoolean()).isFalse();
                assertThat(security.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
                assertThat(security.at("/capabilities/add").isMissingNode()).isTrue();
                for (JsonNode port : container.path("ports")) {
                    assertThat(port.has("hostPort")).isFalse();
                }
            }
        }
        assertThat(pods).isEqualTo(5);
    }

    /** Everything that the pods of inspect have beyond the standard: root, the node's files read-only, and chroot. */
    @ParameterizedTest
    @MethodSource("versions")
    void inspectHasOnlyThePrivilegesThatItNeeds(String version) {
        JsonNode pod = Chart.render(version, WITHOUT_CANARY).only("DaemonSet").at("/spec/template/spec");
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            assertThat(pod.has(host)).isFalse();
        }
        assertThat(pod.at("/securityContext/runAsUser").asInt(-1)).isZero();
        assertThat(pod.path("volumes").toString())
                .isEqualTo(
                        "[{\"name\":\"host\",\"hostPath\":{\"path\":\"/\",\"type\":\"Directory\"}},"
                                + "{\"name\":\"policy\",\"configMap\":{\"name\":\"probe-guard\"}},{\"name\":\"tmp\",\"emptyDir\":{}}]");
        assertThat(pod.path("containers").size()).isEqualTo(1);
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("volumeMounts").toString())
                .contains("{\"name\":\"host\",\"mountPath\":\"/host\",\"readOnly\":true}");
        assertThat(container.path("securityContext").toString())
                .isEqualTo("{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,"
                        + "\"capabilities\":{\"drop\":[\"ALL\"],\"add\":[\"SYS_CHROOT\"]}}");
        assertThat(container.has("ports")).isFalse();
    }

    private static JsonNode canary(String version, Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("canary.enabled", true);
        return Chart.render(version, all).only("DaemonSet").at("/spec/template/spec");
    }

    /** So that what is known of the one is true of the other. */
    @ParameterizedTest
    @MethodSource("versions")
    void theCanaryIsWhatTheCommandMakes(String version) {
        JsonNode chart = canary(version, Map.of());
        JsonNode made = CanaryPodSpec.ofProbes();
        for (String key : List.of("automountServiceAccountToken", "terminationGracePeriodSeconds", "tolerations")) {
            assertThat(chart.path(key)).as(key).isEqualTo(made.path(key));
        }
        assertThat(chart.path("containers").size())
                .isEqualTo(made.path("containers").size());
        for (int i = 0; i < made.path("containers").size(); i++) {
            JsonNode ofChart = chart.path("containers").path(i);
            JsonNode ofCommand = made.path("containers").path(i);
            for (String key : List.of("name", "image", "resources", "securityContext")) {
                assertThat(ofChart.path(key)).as(key).isEqualTo(ofCommand.path(key));
            }
            ObjectNode probe = (ObjectNode) ofChart.path("readinessProbe").deepCopy();
            assertThat(probe.path("periodSeconds").asInt()).isEqualTo(30);
            probe.set("periodSeconds", ofCommand.at("/readinessProbe/periodSeconds"));
            assertThat(probe).isEqualTo(ofCommand.path("readinessProbe"));
        }
    }

    @Test
    void noCanaryGoesToANodeWithDockerOrWithoutALabelUnlessAsked() {
        assertThat(canary("1.30.0", Map.of()).at("/affinity/nodeAffinity").toString())
                .contains("{\"key\":\"probe-guard.io/runtime\",\"operator\":\"Exists\"}")
                .contains("{\"key\":\"probe-guard.io/runtime\",\"operator\":\"NotIn\",\"values\":[\"docker\"]}");
        assertThat(canary("1.30.0", Map.of("canary.dockershim", true)).has("affinity"))
                .isFalse();
        assertThat(Chart.render("1.30.0", Map.of("canary.enabled", true)).args())
                .contains("--canaries");
        assertThat(Chart.render("1.30.0", Map.of()).text()).doesNotContain("probe-guard-canary", "--canaries");
    }

    @ParameterizedTest
    @CsvSource({"1.13.0, 30s, false", "1.16.0, 30s, true", "1.37.0, 30s, true", "1.37.0, '', false"})
    void callsAreSuspendedWhereFieldsAreAppliedServerSide(String version, String after, boolean suspends) {
        Chart chart = Chart.render(version, Map.of("webhooks.suspendAfter", after));
        assertThat(chart.args("probe-guard-webhooks").stream().anyMatch(arg -> arg.startsWith("--suspend-after")))
                .isEqualTo(suspends);
        assertThat(chart.args("probe-guard").contains("--webhooks=probe-guard")).isEqualTo(suspends);
    }

    @Test
    void prometheusIsAskedWithItsTokenAndCertificates() {
        Chart chart = Chart.render(
                "1.30.0",
                Map.of(
                        "prometheus.url",
                        "https://prometheus:9090",
                        "prometheus.tokenFile",
                        "/token",
                        "prometheus.caFile",
                        "/ca.crt"));
        assertThat(chart.args())
                .contains(
                        "--prometheus=https://prometheus:9090",
                        "--prometheus-token-file=/token",
                        "--prometheus-ca=/ca.crt");
        assertThat(Chart.render("1.30.0", Map.of()).text()).doesNotContain("--prometheus");
    }

    /** Both kinds of leader election locks. */
    @ParameterizedTest
    @CsvSource({"1.13.4, ConfigMap", "1.16.0, Lease", "1.36.0, Lease"})
    void createsTheLock(String version, String kind) {
        JsonNode lock = Chart.render(version, Map.of()).objects().stream()
                .filter(object -> object.at("/metadata/name").asString().equals("probe-guard-background-review"))
                .findFirst()
                .orElseThrow();
        assertThat(lock.path("kind").asString()).isEqualTo(kind);
    }

    @Test
    void callsTheWebhookForCustomResources() {
        Map<String, Object> values = Map.of(
                "webhooks.customResources[0].apiGroups[0]", "argoproj.io",
                "webhooks.customResources[0].resources[0]", "rollouts",
                "webhooks.customResources[0].resources[1]", "workflows");
        assertThat(Chart.render("1.30.0", values)
                        .only("ValidatingWebhookConfiguration")
                        .at("/webhooks/0/rules")
                        .valueStream()
                        .reduce((first, last) -> last)
                        .orElseThrow()
                        .toString())
                .isEqualTo(
                        "{\"operations\":[\"CREATE\",\"UPDATE\"],\"apiGroups\":[\"argoproj.io\"],\"apiVersions\":[\"*\"],"
                                + "\"resources\":[\"rollouts\",\"workflows\"]}");
        assertThat(Chart.render("1.30.0", values)
                        .only("MutatingWebhookConfiguration")
                        .toString())
                .doesNotContain("argoproj");
    }

    /** Before 1.21 server-side apply, by which Helm 4 installs, refuses a port without one. */
    @ParameterizedTest
    @MethodSource("versions")
    void everyPortHasAProtocol(String version) {
        List<JsonNode> ports = Chart.render(version, EVERYTHING).objects().stream()
                .flatMap(object -> object.findValues("ports").stream())
                .flatMap(JsonNode::valueStream)
                .toList();
        assertThat(ports)
                .hasSizeGreaterThan(4)
                .allSatisfy(port -> assertThat(port.path("protocol").asString()).isEqualTo("TCP"));
    }

    /** Kubelets and Prometheus call from elsewhere than API servers do. */
    @Test
    void onlyApiServersReachTheWebhooksWhereItIsSaidWhereTheyAre() {
        JsonNode anyone = Chart.render("1.30.0", Map.of()).only("NetworkPolicy").at("/spec/ingress");
        assertThat(anyone)
                .hasSize(2)
                .allSatisfy(rule -> assertThat(rule.has("from")).isFalse());
        JsonNode rules = Chart.render("1.30.0", Map.of("networkPolicyFrom[0].ipBlock.cidr", "10.0.0.0/28"))
                .only("NetworkPolicy")
                .at("/spec/ingress");
        assertThat(rules.at("/0/ports/0/port").asInt()).isEqualTo(10250);
        assertThat(rules.at("/0/from/0/ipBlock/cidr").asString()).isEqualTo("10.0.0.0/28");
        Chart checked = Chart.render("1.30.0", Map.of("postInstallCheck.enabled", true));
        assertThat(rules.at("/0/from/1/podSelector/matchExpressions/0/values").valueStream())
                .containsExactlyInAnyOrder(
                        checked.only("Pod").at("/metadata/labels/app.kubernetes.io~1name"),
                        checked.only("Job").at("/spec/template/metadata/labels/app.kubernetes.io~1name"));
        assertThat(rules.at("/1/ports/0/port").asInt()).isEqualTo(8080);
        assertThat(rules.path(1).has("from")).isFalse();
    }

    /** Those of the revision before, which an upgrade removes, would drive them onto one node. */
    @ParameterizedTest
    @CsvSource({"1.30.0, false", "1.31.0, true"})
    void replicasKeepApartFromThoseOfTheirOwnRevision(String version, boolean isKnown) {
        Chart chart = Chart.render(version, Map.of());
        for (String deployment : List.of("probe-guard", "probe-guard-webhooks")) {
            JsonNode term = chart.named("Deployment", deployment)
                    .at("/spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0"
                            + "/podAffinityTerm");
            assertThat(term.at("/labelSelector/matchLabels/app.kubernetes.io~1name")
                            .asString())
                    .isEqualTo(deployment);
            assertThat(term.path("matchLabelKeys").valueStream().map(JsonNode::asString))
                    .containsExactlyElementsOf(isKnown ? List.of("pod-template-hash") : List.of());
        }
    }

    /** Two pods cannot listen on one port of a node's own network. */
    @ParameterizedTest
    @CsvSource({
        "false, 0, 1, preferredDuringSchedulingIgnoredDuringExecution",
        "true,  1, 0, requiredDuringSchedulingIgnoredDuringExecution",
    })
    void replicasOnTheHostsNetworkMakeRoomForTheirSuccessors(
            boolean hostNetwork, int maxUnavailable, int maxSurge, String antiAffinity) {
        JsonNode spec = Chart.render("1.30.0", Map.of("hostNetwork", hostNetwork))
                .only("Deployment")
                .path("spec");
        assertThat(spec.at("/strategy/rollingUpdate/maxUnavailable").asInt()).isEqualTo(maxUnavailable);
        assertThat(spec.at("/strategy/rollingUpdate/maxSurge").asInt()).isEqualTo(maxSurge);
        assertThat(spec.at("/template/spec/affinity/podAntiAffinity").propertyNames())
                .containsExactly(antiAffinity);
    }

    @ParameterizedTest
    @CsvSource({
        "replica,                1",
        "replicas,               many",
        "policy.mod,             warn",
        "policy.mode,            enforce",
        "certificates.source,    vault",
        "webhooks.failurePolicy, ignore",
        "webhooks.timeoutSeconds, 31",
        "inspect.interval,       hourly",
        "inspect.enable,         true",
        "backgroundReview.interval, often",
        "backgroundReview.event, true",
        "policyReports,          kyverno.io",
        "nodeProblemDetector.namespaces, kube-system",
        "canary.periodSeconds,   29",
        "canary.enable,          true",
        "metrics.alerts.runbook, https://example.com",
        "metrics.dashboard.namespaces, grafana",
    })
    void refusesInvalidValues(String key, String value) {
        assertThatThrownBy(() -> Chart.render("1.30.0", Map.of(key, value)))
                .hasMessageContaining(key.substring(key.lastIndexOf('.') + 1));
    }

    @Test
    void serveAcceptsAllArguments() {
        for (Map<String, Object> values : List.of(
                Map.<String, Object>of(),
                Map.<String, Object>of(
                        "certificates.source",
                        "cert-manager",
                        "callers.secretName",
                        "callers",
                        "callers.clientCa",
                        true,
                        "callers.token",
                        true),
                Map.<String, Object>of("backgroundReview.events", false, "policyReports", "openreports.io"),
                Map.<String, Object>of("canary.enabled", true),
                Map.<String, Object>of("backgroundReview.enabled", false))) {
            List<String> args = Chart.render("1.30.0", values).args();
            assertThat(args.get(0)).isEqualTo("serve");
            // Throws for an unknown argument.
            new CommandLine(new ServeCommand())
                    .parseArgs(args.subList(1, args.size()).toArray(String[]::new));
            List<String> keeper = Chart.render("1.30.0", values).args("probe-guard-webhooks");
            assertThat(keeper.get(0)).isEqualTo("webhooks");
            new CommandLine(new WebhooksCommand())
                    .parseArgs(keeper.subList(1, keeper.size()).toArray(String[]::new));
        }
    }

    /** Without a manual rollout; certificates and callers are read again by themselves. */
    @ParameterizedTest
    @ValueSource(strings = {"probe-guard", "probe-guard-webhooks"})
    void aChangedPolicyReplacesThePods(String deployment) {
        JsonNode template = podTemplate(deployment, Map.of());
        assertThat(podTemplate(deployment, Map.of("policy.mode", "rewrite")).at("/metadata/annotations"))
                .isNotEqualTo(template.at("/metadata/annotations"));
        assertThat(podTemplate(deployment, Map.of())).isEqualTo(template);
    }

    private static JsonNode podTemplate(String deployment, Map<String, ?> values) {
        return Chart.render("1.30.0", values).named("Deployment", deployment).at("/spec/template");
    }

    @Test
    void callersNeedASecret() {
        assertThatThrownBy(() -> Chart.render("1.30.0", Map.of("callers.token", true)))
                .hasMessageContaining("callers.secretName is needed");
    }

    @Test
    void inspectAcceptsAllArguments() {
        JsonNode args =
                Chart.render("1.30.0", WITHOUT_CANARY).only("DaemonSet").at("/spec/template/spec/containers/0/args");
        assertThat(args.get(0).asString()).isEqualTo("inspect");
        // Throws for an unknown argument.
        new CommandLine(new InspectCommand())
                .parseArgs(args.valueStream().skip(1).map(JsonNode::asString).toArray(String[]::new));
    }

    @Test
    void theAlertsAreTheFileAndLeadToTheirRunbooks() throws Exception {
        String page = "https://example.com/metrics-and-alerts.html";
        JsonNode rule = Chart.render(
                        "1.30.0",
                        Map.of(
                                "metrics.alerts.enabled",
                                true,
                                "metrics.alerts.readme",
                                page,
                                "metrics.alerts.labels.release",
                                "prometheus"))
                .only("PrometheusRule");
        assertThat(rule.at("/metadata/labels/release").asString()).isEqualTo("prometheus");
        String file = Files.readString(Chart.PATH.resolve("files/alerts.yaml"));
        JsonNode expected = new JsonMapper()
                .valueToTree(new Yaml(new SafeConstructor(new LoaderOptions()))
                        .load(file.replace("runbook_url: metrics-and-alerts.md", "runbook_url: " + page)));
        assertThat(rule.path("spec")).isEqualTo(expected);
    }

    @Test
    void hasTheDashboardInTheNamespaceOfGrafana() throws Exception {
        Chart chart = Chart.render(
                "1.30.0",
                Map.of(
                        "metrics.dashboard.enabled", true,
                        "metrics.dashboard.namespace", "grafana",
                        "metrics.dashboard.labels.folder", "nodes"));
        JsonNode map = chart.objects().stream()
                .filter(object -> object.at("/metadata/name").asString().equals("probe-guard-dashboard"))
                .findFirst()
                .orElseThrow();
        assertThat(map.at("/metadata/namespace").asString()).isEqualTo("grafana");
        assertThat(map.at("/metadata/labels").toString())
                .contains("\"grafana_dashboard\":\"1\"")
                .contains("\"folder\":\"nodes\"");
        assertThat(map.at("/data/probe-guard.json").asString().strip())
                .isEqualTo(Files.readString(Chart.PATH.resolve("files/dashboard.json"))
                        .strip());
    }

    @Test
    void hasNoMonitoringWithoutMetrics() {
        assertThat(Chart.render(
                                "1.30.0",
                                Map.of(
                                        "metrics.enabled", false,
                                        "metrics.serviceMonitor.enabled", true,
                                        "metrics.alerts.enabled", true,
                                        "metrics.dashboard.enabled", true))
                        .text())
                .doesNotContain("monitoring.coreos.com", "grafana_dashboard", "name: probe-guard-metrics");
    }

    @Test
    void usesTheCaBundleOfTheAdminWithFiles() {
        Chart chart = Chart.render(
                "1.30.0",
                Map.of(
                        "certificates.source", "files",
                        "certificates.files.secretName", "mine",
                        "certificates.files.caBundle", "PEM"));
        assertThat(chart.only("ValidatingWebhookConfiguration")
                        .at("/webhooks/0/clientConfig/caBundle")
                        .asString())
                .isEqualTo("UEVN");
        assertThat(chart.text()).contains("secretName: mine").doesNotContain("kind: Secret");
        assertThatThrownBy(() -> Chart.render("1.30.0", Map.of("certificates.source", "files")))
                .hasMessageContaining("is needed with certificates.source files");
    }
}
