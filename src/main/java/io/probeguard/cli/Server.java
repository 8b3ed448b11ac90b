package io.probeguard.cli;

import io.probeguard.admission.Admission;
import io.probeguard.admission.AdmissionController;
import io.probeguard.cli.Inputs.BadInputException;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.net.BindException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The HTTPS server. It first listens on a port of its own that nobody knows, answers some reviews there until it is warm,
 * and only then opens the real one: no API server ever waits for a cold answer.
 */
final class Server implements AutoCloseable {
    private final ServletWebServerApplicationContext context;
    private final Connector connector;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Server(ServletWebServerApplicationContext context) {
        this.context = context;
        this.connector = ((TomcatWebServer) context.getWebServer()).getTomcat().getConnector();
        context.addApplicationListener(event -> {
            if (event instanceof ContextClosedEvent) {
                stopped.countDown();
            }
        });
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({AdmissionController.class, Health.class})
    static class Application {}

    /** Once the port is open the server is ready, so both say the same. */
    @RestController
    static class Health {
        @GetMapping({"/livez", "/readyz"})
        String ok() {
            return "ok\n";
        }
    }

    /**
     * Starts the server; once this returns, it is warm and its port is open.
     *
     * @param port 0 takes any that is free
     * @throws BadInputException if the port is taken or the certificate cannot be used
     */
    static Server start(Admission admission, CertificateFolder certificates, int port) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(Map.of(
                "spring.ssl.bundle.pem.web.keystore.certificate",
                certificates.certificate().toUri().toString(),
                "spring.ssl.bundle.pem.web.keystore.private-key",
                certificates.key().toUri().toString()));
        application.addInitializers((ApplicationContextInitializer<GenericApplicationContext>)
                context -> context.registerBean(Admission.class, () -> admission));
        Server server = new Server(run(application));
        try {
            WarmUp.run(server.port());
            server.listenOn(port);
            return server;
        } catch (LifecycleException | IOException e) {
            server.close();
            throw new BadInputException(
                    causedByBind(e)
                            ? "port " + port + " is taken; choose another with --port"
                            : "the server cannot start: " + e.getMessage());
        }
    }

    private static ServletWebServerApplicationContext run(SpringApplication application) {
        try {
            return (ServletWebServerApplicationContext) application.run();
        } catch (RuntimeException e) {
            throw new BadInputException("the server cannot start: "
                    + Objects.requireNonNullElse(NestedExceptionUtils.getRootCause(e), e)
                            .getMessage());
        }
    }

    private static boolean causedByBind(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    private void listenOn(int port) throws LifecycleException {
        connector.stop();
        connector.setPort(port);
        ((AbstractProtocol<?>) connector.getProtocolHandler()).setAddress(null); // all of them, IPv6 included
        connector.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void close() {
        context.close();
    }
}
