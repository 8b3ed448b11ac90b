package io.probeguard.background;

import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Handler;
import io.probeguard.FakeApiServer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Objects as an API server keeps them: they have versions, lists have labels to select by, and pages that may expire. */
final class FakeObjects implements Handler {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern SELECTOR = Pattern.compile("labelSelector=([^=&]+)=([^&]+)");
    private static final Pattern LIMIT = Pattern.compile("limit=([0-9]+)");
    private static final Pattern CONTINUE = Pattern.compile("continue=(stale-)?([0-9]+)");

    private final SortedMap<String, ObjectNode> byPath = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean pagesExpire;
    private int versions;

    /** Puts an object there, or over another. */
    synchronized void put(String path, String json) {
        store(path, (ObjectNode) JSON.readTree(json));
    }

    synchronized void remove(String path) {
        byPath.remove(path);
    }

    /** The object that is there. */
    synchronized ObjectNode get(String path) {
        return Objects.requireNonNull(byPath.get(path), path);
    }

    synchronized List<String> paths() {
        return List.copyOf(byPath.keySet());
    }

    /** Every page but the first is read too late. */
    synchronized void letPagesExpire() {
        pagesExpire = true;
    }

    /** The methods of all requests since this was asked last. */
    synchronized List<String> methods() {
        List<String> methods = List.copyOf(asked);
        asked.clear();
        return methods;
    }

    @Override
    public synchronized Answer answer(Request request) {
        asked.add(request.method());
        String path = request.path();
        ObjectNode present = byPath.get(path);
        if (present == null && request.method().equals("POST")) {
            ObjectNode made = (ObjectNode) JSON.readTree(request.body());
            String name = path + "/" + made.at("/metadata/name").asString();
            return byPath.containsKey(name) ? Answer.failed(409) : store(name, made);
        }
        if (present == null) {
            boolean isList = request.method().equals("GET") && !request.query().isEmpty();
            return isList ? list(path, request.query()) : Answer.failed(404);
        }
        return switch (request.method()) {
            case "GET" -> Answer.ok(present.toString());
            case "PUT" -> replace(path, present, (ObjectNode) JSON.readTree(request.body()));
            case "PATCH" -> store(path, merge(present, (ObjectNode) JSON.readTree(request.body())));
            case "DELETE" -> Answer.ok(byPath.remove(path).toString());
            default -> Answer.failed(405);
        };
    }

    private Answer store(String path, ObjectNode object) {
        object.withObject("metadata").put("resourceVersion", String.valueOf(++versions));
        byPath.put(path, object);
        return Answer.ok(object.toString());
    }

    private Answer replace(String path, ObjectNode present, ObjectNode object) {
        JsonNode version = object.at("/metadata/resourceVersion");
        return version.equals(present.at("/metadata/resourceVersion")) ? store(path, object) : Answer.failed(409);
    }

    /** A JSON merge patch that removes nothing. */
    private static ObjectNode merge(ObjectNode present, ObjectNode patch) {
        patch.forEachEntry((key, value) -> {
            if (value instanceof ObjectNode deeper && present.get(key) instanceof ObjectNode below) {
                merge(below, deeper);
            } else {
                present.set(key, value);
            }
        });
        return present;
    }

    private Answer list(String path, String query) {
        Matcher limit = LIMIT.matcher(query);
        Matcher token = CONTINUE.matcher(query);
        int from = token.find() ? Integer.parseInt(token.group(2)) : 0;
        if (from > 0 && token.group(1) != null) {
            return Answer.failed(410, String.valueOf(from));
        }
        List<ObjectNode> all = byPath.entrySet().stream()
                .filter(entry ->
                        entry.getKey().replaceFirst("/namespaces/[^/]+", "").startsWith(path + "/"))
                .map(Map.Entry::getValue)
                .filter(object -> isSelected(object, SELECTOR.matcher(query)))
                .toList();
        int to = limit.find() ? Math.min(all.size(), from + Integer.parseInt(limit.group(1))) : all.size();
        String next = to == all.size() ? "" : (pagesExpire ? "stale-" : "") + to;
        return Answer.ok("{\"metadata\": {\"continue\": \"" + next + "\"}, \"items\": " + all.subList(from, to) + "}");
    }

    private static boolean isSelected(ObjectNode object, Matcher selector) {
        return !selector.find()
                || object.path("metadata")
                        .path("labels")
                        .path(selector.group(1))
                        .asString("")
                        .equals(selector.group(2));
    }
}
