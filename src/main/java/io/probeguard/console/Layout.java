package io.probeguard.console;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What all pages have in common.
 *
 * @param path of the page in the navigation
 * @param problems why what is shown of nodes may be wrong or out of date, in sentences
 */
record Layout(String title, String path, List<String> problems) {
    static final String HOME = "./";

    private static final List<Link> PAGES = List.of(
            new Link("Overview", HOME),
            new Link("Nodes", "nodes"),
            new Link("Workloads", "workloads"),
            new Link("Decisions", "decisions"));

    record Link(String label, String href) {}

    record NavigationLink(String label, String href, boolean current) {}

    static Layout of(ConsoleData source, String title, String path) {
        return new Layout(
                title,
                path,
                Stream.of(source.nodesProblem(), source.catalogueRejected())
                        .filter(Objects::nonNull)
                        .toList());
    }

    List<NavigationLink> navigation() {
        return PAGES.stream()
                .map(page -> new NavigationLink(page.label, page.href, page.href.equals(path)))
                .toList();
    }
}
