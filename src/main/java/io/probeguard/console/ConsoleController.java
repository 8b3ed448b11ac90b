package io.probeguard.console;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Serves the pages of the console. Links between them are relative, so that it works behind any path prefix. */
@RestController
@RequestMapping(ConsoleController.PATH)
public class ConsoleController {
    /** All pages of the console, and nothing else, are below this path. */
    public static final String PATH = "/console";

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final MediaType CSS = new MediaType("text", "css", StandardCharsets.UTF_8);
    private static final MediaType SCRIPT = new MediaType("text", "javascript", StandardCharsets.UTF_8);
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final ConsolePages pages;

    public ConsoleController(ConsoleData source) {
        this.pages = new ConsolePages(source, Clock.systemUTC());
    }

    /** Relative links need the trailing slash. */
    @GetMapping("")
    ResponseEntity<String> home() {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create(PATH.substring(1) + "/"))
                .build();
    }

    @GetMapping("/")
    ResponseEntity<String> overview() {
        return page(pages.overview());
    }

    @GetMapping("/nodes")
    ResponseEntity<String> nodes(
            @RequestParam(required = false) @Nullable String show,
            @RequestParam(required = false) @Nullable String page) {
        return page(pages.nodes(
                "all".equals(show), WorkloadFilter.of(null, null, null, page).page()));
    }

    @GetMapping("/workloads")
    ResponseEntity<String> workloads(
            @RequestParam(required = false) @Nullable String namespace,
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(required = false) @Nullable String build,
            @RequestParam(required = false) @Nullable String page) {
        return page(pages.workloads(WorkloadFilter.of(namespace, kind, build, page)));
    }

    @GetMapping("/workload")
    ResponseEntity<String> workload(
            @RequestParam(defaultValue = "") String namespace,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String name) {
        String found = pages.workload(namespace, kind, name);
        return found == null
                ? ResponseEntity.status(HttpStatus.NOT_FOUND).contentType(HTML).body(pages.noWorkload())
                : page(found);
    }

    @GetMapping("/fix.yaml")
    ResponseEntity<String> fix(
            @RequestParam(defaultValue = "") String namespace,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String name) {
        String found = pages.fix(namespace, kind, name);
        return found == null
                ? ResponseEntity.status(HttpStatus.NOT_FOUND)
                        .contentType(TEXT)
                        .body(
                                "no patch available: relaxing this workload changes nothing, or it is not among the affected ones\n")
                : ResponseEntity.ok().contentType(TEXT).body(found);
    }

    @GetMapping("/pod")
    ResponseEntity<String> pod(@RequestParam(defaultValue = "") String name) {
        return page(pages.pod(name.strip()));
    }

    @GetMapping("/decisions")
    ResponseEntity<String> decisions(
            @RequestParam(required = false) @Nullable String namespace,
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(required = false) @Nullable String build,
            @RequestParam(required = false) @Nullable String page) {
        return page(pages.decisions(WorkloadFilter.of(namespace, kind, build, page)));
    }

    @GetMapping({"/style.css", "/console.css", "/console.js"})
    ResponseEntity<String> file(HttpServletRequest request) {
        String path = request.getServletPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return ResponseEntity.ok()
                .contentType(name.endsWith(".css") ? CSS : SCRIPT)
                .body(HtmlTemplates.text(name));
    }

    private static ResponseEntity<String> page(String html) {
        return ResponseEntity.ok().contentType(HTML).body(html);
    }
}
