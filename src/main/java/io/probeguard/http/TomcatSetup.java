package io.probeguard.http;

import java.net.InetAddress;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/** Tomcat as application.yaml does not describe it: more ports, each with few threads of its own, and deadlines. */
final class TomcatSetup implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private static final int THREADS = 4;
    private static final int CONNECTIONS = 256;
    private static final int TIMEOUT_MILLIS = 5000;

    /** Takes all metrics at once, so that no thread waits for a client that reads slowly. */
    private static final int SEND_BUFFER = 256 * 1024;

    final @Nullable Connector management;
    final @Nullable Connector console;

    TomcatSetup(Ports ports) {
        this.management =
                ports.management() == null ? null : http(ports.management().port());
        ConsoleEndpoint served = ports.console();
        this.console = served == null || served.port() == null ? null : http(served.port());
        if (console != null) {
            console.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        }
    }

    private static Connector http(int port) {
        Connector connector = new Connector(DeadlineProtocol.class.getName());
        connector.setPort(port);
        connector.setProperty("maxThreads", String.valueOf(THREADS));
        connector.setProperty("minSpareThreads", "1");
        connector.setProperty("maxConnections", String.valueOf(CONNECTIONS));
        connector.setProperty("connectionTimeout", String.valueOf(TIMEOUT_MILLIS));
        connector.setProperty("maxSwallowSize", "0");
        connector.setProperty("socket.txBufSize", String.valueOf(SEND_BUFFER));
        return connector;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(DeadlineProtocol.class.getName());
        if (management != null) {
            factory.addAdditionalConnectors(management);
        }
        if (console != null) {
            factory.addAdditionalConnectors(console);
        }
        factory.addEngineValves(new ResponseHeaders());
        factory.addContextValves(new PortPaths(management, console));
        factory.addContextCustomizers(context ->
                ((StandardHost) context.getParent()).setErrorReportValveClass(PlainErrorReport.class.getName()));
    }
}
