package io.probeguard.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@value #LIVE}, which answers as long as the process does, and {@value #READY}, which says why it is not ready. */
final class HealthServlet extends HttpServlet {
    static final String LIVE = "/livez";
    static final String READY = "/readyz";

    private static final long serialVersionUID = 1;

    private final transient ServerState state;

    HealthServlet(ServerState state) {
        this.state = state;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String notReady = request.getServletPath().equals(READY) ? state.notReady() : null;
        if (notReady == null) {
            String remark = state.remark();
            response.setContentType("text/plain;charset=utf-8");
            response.getOutputStream()
                    .write((remark == null ? "ok\n" : "ok: " + remark + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, notReady).send(response);
        }
    }
}
