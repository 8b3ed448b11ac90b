package io.probeguard.admission;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Pods as JSON that every API server from Kubernetes 1.20 on takes, the same ones for the same seed. */
final class RandomPods {
    private final Random random;

    RandomPods(long seed) {
        this.random = new Random(seed);
    }

    String next() {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"generated\", \"namespace\": \"default\""
                + maybe(", \"labels\": {\"app\": \"a\"}")
                + maybe(oneOf(
                        ", \"annotations\": {}",
                        ", \"annotations\": {\"example.org/a_b.c\": \"1\"}",
                        ", \"annotations\": {\"probe-guard.io/rewritten\": \"[{}]\"}"))
                + "}, \"spec\": {\"containers\": "
                + containers(1 + random.nextInt(3), "c", this::container)
                + maybe(", \"initContainers\": " + containers(1 + random.nextInt(2), "i", () -> ""))
                + maybe(", \"restartPolicy\": \"" + oneOf("Always", "OnFailure", "Never") + "\"")
                + maybe(", \"nodeSelector\": {}")
                + maybe(", \"tolerations\": [{\"operator\": \"Exists\"}]")
                + maybe(", \"affinity\": " + affinity())
                + maybe(", \"terminationGracePeriodSeconds\": " + random.nextInt(60))
                + "}}";
    }

    private interface Part {
        String next();
    }

    private static String containers(int count, String prefix, Part part) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"name\": \"" + prefix + i + "\", \"image\": \"example.org/a\"" + part.next() + "}")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String container() {
        return maybe(", \"livenessProbe\": " + probe("1"))
                + maybe(", \"readinessProbe\": " + probe(oneOf("1", "2", "5")))
                + maybe(", \"startupProbe\": " + probe("1"))
                + maybe(", \"lifecycle\": {\"preStop\": {" + handler() + "}}");
    }

    private String probe(String successes) {
        return "{" + handler() + maybe(", \"initialDelaySeconds\": " + random.nextInt(60)) + number("periodSeconds")
                + number("timeoutSeconds") + number("failureThreshold")
                + maybe(", \"successThreshold\": " + successes) + "}";
    }

    private String handler() {
        return oneOf(
                "\"exec\": {\"command\": [\"true\"]}",
                "\"exec\": {\"command\": [\"sh\", \"-c\", \"curl -f localhost\"]}",
                "\"httpGet\": {\"port\": 80}",
                "\"tcpSocket\": {\"port\": 80}");
    }

    private String number(String field) {
        return maybe(", \"" + field + "\": " + (1 + random.nextInt(60)));
    }

    private String affinity() {
        String term = "{\"matchExpressions\": [{\"key\": \"zone\", \"operator\": \"NotIn\", \"values\": [\"x\"]}]}";
        return oneOf(
                "{}",
                "{\"nodeAffinity\": {}}",
                "{\"nodeAffinity\": {\"requiredDuringSchedulingIgnoredDuringExecution\": {\"nodeSelectorTerms\": ["
                        + term + ", " + term + "]}}}",
                "{\"nodeAffinity\": {\"preferredDuringSchedulingIgnoredDuringExecution\": [{\"weight\": 5, \"preference\": "
                        + term + "}]}}");
    }

    private String maybe(String text) {
        return random.nextBoolean() ? text : "";
    }

    private String oneOf(String... texts) {
        return List.of(texts).get(random.nextInt(texts.length));
    }
}
