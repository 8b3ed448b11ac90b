package io.probeguard.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;

/** Serves each path on its own ports only, although Tomcat serves all on all. */
final class PortPaths extends ValveBase {
    private static final Set<String> MANAGEMENT = Set.of(HealthServlet.LIVE, HealthServlet.READY, Management.METRICS);
    private static final Set<String> WEBHOOKS =
            Set.of(AdmissionServlet.MUTATE, AdmissionServlet.VALIDATE, HealthServlet.LIVE, HealthServlet.READY);
    private static final Refusal NOT_FOUND = new Refusal(404, "not found");

    private final @Nullable Connector management;
    private final @Nullable Connector console;

    /** Each is null if there is no such port. */
    PortPaths(@Nullable Connector management, @Nullable Connector console) {
        super(true);
        this.management = management;
        this.console = console;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (isServed(request.getConnector(), request.getServletPath())) {
            getNext().invoke(request, response);
        } else {
            NOT_FOUND.send(response);
        }
    }

    /** @param path null if no servlet has it */
    private boolean isServed(Connector port, @Nullable String path) {
        if (path == null) {
            return false;
        }
        if (port == management) {
            return MANAGEMENT.contains(path);
        }
        return port == console
                ? !WEBHOOKS.contains(path) && !path.equals(Management.METRICS)
                : !path.equals(Management.METRICS);
    }
}
