package io.probeguard.console;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** By what lists are narrowed down; an empty value lets all through. */
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

    boolean admits(String itsNamespace, String itsKind, List<String> itsBuilds) {
        return (namespace.isEmpty() || namespace.equals(itsNamespace))
                && (kind.isEmpty() || kind.equals(itsKind))
                && (build.isEmpty() || itsBuilds.contains(build));
    }

    /** The query that asks for another page of the same. */
    String query(int otherPage) {
        return new Query()
                .and("namespace", namespace)
                .and("kind", kind)
                .and("build", build)
                .and("page", otherPage == 1 ? "" : String.valueOf(otherPage))
                .toString();
    }

    /** What a form offers to narrow down by. */
    record Choice(String name, String label, List<Option> options) {}

    record Option(String value, boolean selected) {}

    List<Choice> choices(Stream<String> namespaces, Stream<String> kinds, Stream<String> builds) {
        return List.of(
                choice("namespace", "Namespace", namespace, namespaces),
                choice("kind", "Kind", kind, kinds),
                choice("build", "Build", build, builds));
    }

    private static Choice choice(String name, String label, String chosen, Stream<String> values) {
        return new Choice(
                name,
                label,
                Stream.concat(values, Stream.of(chosen))
                        .filter(value -> !value.isEmpty())
                        .distinct()
                        .sorted()
                        .map(value -> new Option(value, value.equals(chosen)))
                        .toList());
    }
}
