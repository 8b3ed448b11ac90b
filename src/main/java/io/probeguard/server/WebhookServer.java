package io.probeguard.server;

import io.probeguard.admission.Admission;
import io.probeguard.admission.AdmissionController;
import io.probeguard.console.ConsoleController;
import io.probeguard.console.ConsoleGate;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.tls.CertificateAuthority.Issued;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * The HTTPS server. It first listens on a random port, reviews pods there until it is warm, and only then opens the real
 * one: no API server ever waits for a cold answer.
 */
public final class WebhookServer implements AutoCloseable {
    private static final int CONSOLE_THREADS = 8;

    private final ServletWebServerApplicationContext context;
    private final Connector connector;
    private final @Nullable Connector consoleConnector;
    private final State state;
    private final @Nullable Path clientCa;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private WebhookServer(
            ServletWebServerApplicationContext context,
            State state,
            @Nullable Path clientCa,
            @Nullable Connector consoleConnector) {
        this.context = context;
        this.consoleConnector = consoleConnector;
        TomcatWebServer tomcat = (TomcatWebServer) Objects.requireNonNull(context.getWebServer(), "it has started");
        this.connector = tomcat.getTomcat().getConnector();
        this.state = state;
        this.clientCa = clientCa;
        SslBundles bundles = context.getBean(SslBundles.class);
        serves(bundles.getBundle(ServingCertificate.BUNDLE));
        bundles.addBundleUpdateHandler(ServingCertificate.BUNDLE, this::serves);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({AdmissionController.class, Health.class, Gate.class})
    static class Application {}

    /** The state of the server that every request depends on. */
    private static final class State {
        final CallerAuthentication callers;
        final Supplier<@Nullable String> notReady;
        final Clock clock = Clock.systemUTC();
        volatile boolean isOpen;
        volatile boolean isStopping;
        volatile Instant expiry = Instant.MIN;

        State(CallerAuthentication callers, Supplier<@Nullable String> notReady) {
            this.callers = callers;
            this.notReady = notReady;
        }

        /** Null if it is ready. */
        @Nullable
        String notReady() {
            if (isStopping) {
                return "shutting down";
            }
            return expiry.isAfter(clock.instant()) ? notReady.get() : "the serving certificate expired at " + expiry;
        }
    }

    @RestController
    static class Health {
        private final State state;

        Health(State state) {
            this.state = state;
        }

        @GetMapping("/livez")
        String live() {
            return "ok\n";
        }

        @GetMapping("/readyz")
        ResponseEntity<String> ready() {
            String notReady = state.notReady();
            return notReady == null
                    ? ResponseEntity.ok("ok\n")
                    : ResponseEntity.status(503).body(notReady + "\n");
        }
    }

    /** Rejects callers that may not call, and closes connections once the server is stopping. */
    static class Gate extends OncePerRequestFilter {
        private final State state;

        Gate(State state) {
            this.state = state;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if (state.isStopping) {
                response.setHeader("Connection", "close");
            }
            if (!request.getMethod().equals("POST") || !state.isOpen || state.callers.isAllowed(request)) {
                chain.doFilter(request, response);
            } else {
                response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
                response.setContentType("text/plain");
                response.getOutputStream()
                        .write("unauthorized: this server requires a client certificate or a bearer token\n"
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /**
     * Starts the server; once this returns, it is warm and its port is open.
     *
     * @param certificate registers the bundle to serve, as {@link ServingCertificate} does
     * @param notReady why the server is not ready, for reasons outside of it; null if it is
     * @param port 0 for any free port
     * @param console null for none
     * @throws BadInputException if a port is in use or the certificate cannot be used
     */
    public static WebhookServer start(
            Admission admission,
            Consumer<SpringApplication> certificate,
            CallerAuthentication callers,
            Supplier<@Nullable String> notReady,
            int port,
            @Nullable ConsoleEndpoint console) {
        keepLogging();
        State state = new State(callers, notReady);
        SpringApplication application = new SpringApplication(Application.class);
        application.setRegisterShutdownHook(false); // after SIGTERM the server still serves for a while
        certificate.accept(application);
        application.addInitializers((ApplicationContextInitializer<GenericApplicationContext>) context -> {
            context.registerBean(Admission.class, () -> admission);
            context.registerBean(State.class, () -> state);
            if (callers.clientCa() != null) {
                context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("callers", Map.of("server.ssl.client-auth", "want")));
            }
        });
        Connector consoleConnector = console == null ? null : add(console, application);
        WebhookServer server =
                new WebhookServer(run(application, consoleConnector), state, callers.clientCa(), consoleConnector);
        try {
            WarmUp.run(server.port());
            server.listenOn(port);
            return server;
        } catch (LifecycleException | IOException e) {
            server.close();
            throw new BadInputException(
                    causedBy(e, BindException.class)
                            ? "port " + port + " is already in use; choose another with --port"
                            : "cannot start the server: " + e.getMessage());
        }
    }

    /** Spring Boot would drop log lines while it starts; logback.xml has everything that it would set. */
    private static void keepLogging() {
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        SLF4JBridgeHandler.removeHandlersForRootLogger(); // Tomcat logs by java.util.logging
        SLF4JBridgeHandler.install();
    }

    /** @return the connector for HTTP; null if it is served over HTTPS only */
    private static @Nullable Connector add(ConsoleEndpoint console, SpringApplication application) {
        Connector connector = console.port() == null ? null : onLoopback(console.port());
        application.addInitializers((ApplicationContextInitializer<GenericApplicationContext>) context -> {
            context.registerBean(ConsoleController.class, console::controller);
            context.registerBean(ConsoleGate.class, console::gate);
            context.registerBean(FilterRegistrationBean.class, WebhookServer::tagging);
            if (connector != null) {
                context.registerBean(
                        WebServerFactoryCustomizer.class,
                        () -> (WebServerFactoryCustomizer<TomcatServletWebServerFactory>)
                                factory -> factory.addAdditionalConnectors(connector));
            }
        });
        return connector;
    }

    private static Connector onLoopback(int port) {
        Connector connector = new Connector();
        connector.setPort(port);
        connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        connector.setProperty("maxThreads", String.valueOf(CONSOLE_THREADS));
        connector.setProperty("minSpareThreads", "1");
        return connector;
    }

    /** An unchanged page is not sent again. */
    private static FilterRegistrationBean<ShallowEtagHeaderFilter> tagging() {
        FilterRegistrationBean<ShallowEtagHeaderFilter> filter =
                new FilterRegistrationBean<>(new ShallowEtagHeaderFilter());
        filter.addUrlPatterns(ConsoleController.PATH + "/*");
        return filter;
    }

    private static ServletWebServerApplicationContext run(
            SpringApplication application, @Nullable Connector consoleConnector) {
        try {
            return (ServletWebServerApplicationContext) application.run();
        } catch (RuntimeException e) {
            if (consoleConnector != null
                    && causedBy(e, ConnectorStartFailedException.class)) { // the other takes any free port
                throw new BadInputException("port " + consoleConnector.getPort()
                        + " is already in use; choose another with --console-port");
            }
            throw new BadInputException("cannot start the server: "
                    + Objects.requireNonNullElse(NestedExceptionUtils.getRootCause(e), e)
                            .getMessage());
        }
    }

    private static boolean causedBy(Throwable e, Class<? extends Exception> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private void listenOn(int port) throws LifecycleException {
        connector.stop();
        connector.setPort(port);
        ((AbstractProtocol<?>) connector.getProtocolHandler()).setAddress(null); // any, including IPv6
        state.isOpen = true;
        connector.start();
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Null if the console is not served over HTTP. */
    @Nullable
    public Integer consolePort() {
        return consoleConnector == null ? null : consoleConnector.getLocalPort();
    }

    private void serves(SslBundle bundle) {
        X509Certificate certificate = ServingCertificate.of(bundle);
        state.expiry = certificate.getNotAfter().toInstant();
    }

    /** Replaces the serving certificate, from the next handshake on. */
    public void serve(Issued issued) {
        context.getBean(SslBundleRegistry.class)
                .updateBundle(ServingCertificate.BUNDLE, ServingCertificate.bundle(issued, clientCa));
    }

    /** How long the serving certificate is still valid; negative once it has expired. */
    public Duration certificateRemaining() {
        return Duration.between(state.clock.instant(), state.expiry);
    }

    /** Returns once the server has stopped. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Reports not ready and continues to serve, until no more requests are routed here. */
    public void drain(Duration time) throws InterruptedException {
        state.isStopping = true;
        Thread.sleep(time.toMillis());
    }

    /** Completes requests in flight, then stops. */
    @Override
    public void close() {
        context.close();
        stopped.countDown();
    }
}
