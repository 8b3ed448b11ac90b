package io.probeguard.chart;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.gson.annotations.SerializedName;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one version of an API, from the classes of its Java client. The build copies the jars to
 * {@code target/api-models}.
 */
final class ApiModels implements Closeable {
    private static final Path FOLDER = Path.of("target/api-models");

    private final URLClassLoader classes;

    private ApiModels(String jar) throws IOException {
        classes = new URLClassLoader(new URL[] {url(jar), url("joda-time")}, ApiModels.class.getClassLoader());
    }

    private static URL url(String jar) throws IOException {
        return FOLDER.resolve(jar + ".jar").toUri().toURL();
    }

    /** The API of a Kubernetes version, such as 1.11. */
    static ApiModels kubernetes(String version) throws IOException {
        return new ApiModels("kubernetes-" + version);
    }

    /** The API of cert-manager or of the Prometheus operator. */
    static ApiModels of(String operator) throws IOException {
        return new ApiModels(operator);
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }

    /**
     * JSON pointers of the fields that the version does not know.
     *
     * @throws AssertionError if it does not know the kind
     */
    List<String> unknownFields(JsonNode object) {
        String[] group = object.path("apiVersion").asString().split("/", -1);
        String version = group[group.length - 1];
        String kind = object.path("kind").asString();
        String versioned = version.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + version.substring(1) + kind;
        List<String> unknown = new ArrayList<>();
        collect(object, find(versioned, kind, version), "", unknown);
        return unknown;
    }

    private Class<?> find(String versioned, String kind, String version) {
        List<String> names = List.of(
                "io.kubernetes.client.models." + versioned,
                "io.kubernetes.client.openapi.models." + versioned,
                "io.fabric8.certmanager.api.model." + version + "." + kind,
                "io.fabric8.openshift.api.model.monitoring." + version + "." + kind);
        for (String name : names) {
            try {
                return Class.forName(name, false, classes);
            } catch (ClassNotFoundException e) {
                // try the next name
            }
        }
        throw new AssertionError("no model of " + versioned);
    }

    private static void collect(JsonNode node, Type type, String pointer, List<String> unknown) {
        Type[] arguments = type instanceof ParameterizedType generic ? generic.getActualTypeArguments() : new Type[0];
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (List.class.isAssignableFrom(raw)) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), arguments[0], pointer + "/" + i, unknown);
            }
        } else if (Map.class.isAssignableFrom(raw)) {
            node.forEachEntry((key, value) -> collect(value, arguments[1], pointer + "/" + key, unknown));
        } else if (node.isObject()) {
            Map<String, Type> fields = fields(raw);
            node.forEachEntry((name, value) -> {
                if (fields.containsKey(name)) {
                    collect(value, fields.get(name), pointer + "/" + name, unknown);
                } else {
                    unknown.add(pointer + "/" + name);
                }
            });
        }
    }

    private static Map<String, Type> fields(Class<?> model) {
        return Stream.of(model.getDeclaredFields())
                .filter(field -> name(field) != null)
                .collect(Collectors.toMap(ApiModels::name, Field::getGenericType));
    }

    private static String name(Field field) {
        if (field.isAnnotationPresent(SerializedName.class)) {
            return field.getAnnotation(SerializedName.class).value();
        }
        JsonProperty property = field.getAnnotation(JsonProperty.class);
        return property == null ? null : property.value();
    }
}
