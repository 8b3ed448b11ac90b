package io.probeguard.console;

import java.util.List;

/** What all pages have in common. */
record Layout(String title, String path) {
    static final String HOME = "./";

    private static final List<Link> PAGES = List.of(
            new Link("Overview", HOME),
            new Link("Nodes", "nodes"),
            new Link("Workloads", "workloads"),
            new Link("Decisions", "decisions"));

    record Link(String label, String href) {}

    record NavigationLink(String label, String href, boolean current) {}

    List<NavigationLink> navigation() {
        return PAGES.stream()
                .map(page -> new NavigationLink(page.label, page.href, page.href.equals(path)))
                .toList();
    }
}
