package io.probeguard.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all pages have in common.
 *
 * @param path of the page in the navigation
 * @param nodesProblem why the nodes may be out of date; null while their changes arrive
 */
record Layout(String title, String path, @Nullable String nodesProblem) {
    static final String HOME = "./";

    private static final List<Link> PAGES = List.of(
            new Link("Overview", HOME),
            new Link("Nodes", "nodes"),
            new Link("Workloads", "workloads"),
            new Link("Decisions", "decisions"));

    record Link(String label, String href) {}

    record NavigationLink(String label, String href, boolean current) {}

    static Layout of(ConsoleData source, String title, String path) {
        return new Layout(title, path, source.nodesProblem());
    }

    List<NavigationLink> navigation() {
        return PAGES.stream()
                .map(page -> new NavigationLink(page.label, page.href, page.href.equals(path)))
                .toList();
    }
}
