package io.probeguard.http;

import jakarta.servlet.http.HttpServlet;

/**
 * A port for kubelets and Prometheus, over plain HTTP, with threads of its own that no load on the webhooks can take.
 *
 * @param port 0 for any free port
 * @param metrics serves {@value #METRICS}
 */
public record Management(int port, HttpServlet metrics) {
    static final String METRICS = "/metrics";
}
