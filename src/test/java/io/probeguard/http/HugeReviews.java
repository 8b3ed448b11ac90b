package io.probeguard.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Reviews of objects of almost 3 MB, more than which no API server stores, made to need much memory and time. */
final class HugeReviews {
    private static final int SIZE = 2_900_000;
    private static final String PROBE = "{\"exec\":{\"command\":[\"x\"]}}";

    private HugeReviews() {}

    /** By what they are full of. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("containers with probes", containers("\"livenessProbe\":" + PROBE));
        all.put("small containers", containers("\"tty\":true"));
        all.put("a long command", command("\"" + "x".repeat(SIZE) + "\""));
        all.put("words of a command", command(repeated(i -> "\"x\"")));
        all.put(
                "annotations",
                pod("{\"metadata\":{\"annotations\":{" + repeated(i -> "\"a" + i + "\":\"b\"")
                        + "}},\"spec\":{\"containers\":[]}}"));
        all.put(
                "numbers in a custom resource",
                review("example.com", "Thing", "{\"spec\":{\"a\":[" + repeated(i -> "1") + "]}}"));
        all.put(
                "objects in a custom resource",
                review("example.com", "Thing", "{\"spec\":{\"a\":[" + repeated(i -> "{\"a\":1}") + "]}}"));
        return all;
    }

    private static byte[] containers(String rest) {
        return pod("{\"metadata\":{\"name\":\"huge\"},\"spec\":{\"containers\":["
                + repeated(i -> "{\"name\":\"c" + i + "\"," + rest + "}") + "]}}");
    }

    private static byte[] command(String words) {
        return pod("{\"metadata\":{\"name\":\"huge\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"livenessProbe\":"
                + "{\"exec\":{\"command\":[" + words + "]}}}]}}");
    }

    private static String repeated(IntFunction<String> element) {
        StringBuilder text = new StringBuilder(element.apply(0));
        for (int i = 1; text.length() < SIZE; i++) {
            text.append(',').append(element.apply(i));
        }
        return text.toString();
    }

    private static byte[] pod(String object) {
        return review("", "Pod", object);
    }

    private static byte[] review(String group, String kind, String object) {
        return ("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u\",\"kind\":{\"group\":\""
                        + group + "\",\"version\":\"v1\",\"kind\":\"" + kind
                        + "\"},\"operation\":\"CREATE\",\"namespace\":\"default\",\"object\":" + object + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
