package io.probeguard.console;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A filter of lists; an empty value admits everything. */
record WorkloadFilter(String namespace, String kind, String build, int page) {
    static WorkloadFilter of(
            @Nullable String namespace, @Nullable String kind, @Nullable String build, @Nullable String page) {
        return new WorkloadFilter(text(namespace), text(kind), text(build), number(text(page)));
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }

    private static int number(String page) {
        return page.matches("\\d{1,6}") ? Integer.parseInt(page) : 1;
    }

    boolean admits(String otherNamespace, String otherKind, List<String> otherBuilds) {
        return (namespace.isEmpty() || namespace.equals(otherNamespace))
                && (kind.isEmpty() || kind.equals(otherKind))
                && (build.isEmpty() || otherBuilds.contains(build));
    }

    /** The query for another page of the same list. */
    String query(int otherPage) {
        return new Query()
                .and("namespace", namespace)
                .and("kind", kind)
                .and("build", build)
                .and("page", otherPage == 1 ? "" : String.valueOf(otherPage))
                .toString();
    }

    /** A list to select from in the filter form. */
    record Choice(String name, String label, List<Option> options) {}

    record Option(String value, boolean selected) {}

    List<Choice> choices(Stream<String> namespaces, Stream<String> kinds, Stream<String> builds) {
        return List.of(
                choice("namespace", "Namespace", namespace, namespaces),
                choice("kind", "Kind", kind, kinds),
                choice("build", "Build", build, builds));
    }

    private static Choice choice(String name, String label, String selected, Stream<String> values) {
        return new Choice(
                name,
                label,
                Stream.concat(values, Stream.of(selected))
                        .filter(value -> !value.isEmpty())
                        .distinct()
                        .sorted()
                        .map(value -> new Option(value, value.equals(selected)))
                        .toList());
    }
}
