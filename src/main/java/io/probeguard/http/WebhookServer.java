package io.probeguard.http;

import io.probeguard.admission.Admission;
import io.probeguard.console.ConsoleController;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.tls.PemFile;
import io.probeguard.tls.ServingPair;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.BindException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * The HTTPS server. It first listens on a random port, reviews pods there until it is warm, and only then opens the real
 * one: no API server ever waits for a cold answer.
 */
public final class WebhookServer implements AutoCloseable {
    /** How long a connection may still be used once there are no new ones. */
    private static final Duration IDLE = Duration.ofSeconds(3);

    private final ServletWebServerApplicationContext context;
    private final TomcatSetup tomcat;
    private final Connector webhooks;
    private final ServerState state;
    private List<X509Certificate> clientAuthorities;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private WebhookServer(
            ServletWebServerApplicationContext context,
            TomcatSetup tomcat,
            ServerState state,
            List<X509Certificate> clientAuthorities) {
        this.context = context;
        this.tomcat = tomcat;
        TomcatWebServer server = (TomcatWebServer) Objects.requireNonNull(context.getWebServer(), "it has started");
        this.webhooks = server.getTomcat().getConnector();
        this.state = state;
        this.clientAuthorities = clientAuthorities;
    }

    /** No more of Spring than it takes to run Tomcat: each part costs time at every start. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration({SslAutoConfiguration.class, TomcatServletWebServerAutoConfiguration.class})
    static class Application {}

    /** What the console's pages need in addition. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration({DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class})
    static class ConsoleApplication {}

    /**
     * Starts the server; once this returns, it is warm and all ports are open. That of the management is from the beginning.
     *
     * @param certificate served from the beginning
     * @param health of what is outside of the server
     * @throws BadInputException if a port is in use or the certificate cannot be used
     */
    public static WebhookServer start(
            Admission admission, ServingPair certificate, CallerAuthentication callers, Health health, Ports ports) {
        keepLogging();
        ServerState state = new ServerState(health, certificate, Clock.systemUTC());
        List<X509Certificate> clientAuthorities = clientAuthorities(callers);
        SslBundle bundle = bundle(certificate, clientAuthorities);
        SpringApplication application = new SpringApplication(Application.class);
        application.setRegisterShutdownHook(false); // after SIGTERM the server still serves for a while
        if (callers.clientCa() != null) {
            initialize(
                    application,
                    context -> context.getEnvironment()
                            .getPropertySources()
                            .addFirst(new MapPropertySource("callers", Map.of("server.ssl.client-auth", "want"))));
        }
        TomcatSetup tomcat = new TomcatSetup(ports);
        AdmissionServlet reviews = new AdmissionServlet(admission, callers, RequestMemory.ofHeap(), state);
        initialize(application, context -> {
            context.registerBean(
                    SslBundleRegistrar.class,
                    () -> registry -> registry.registerBundle(ServingCertificate.BUNDLE, bundle));
            context.registerBean(TomcatSetup.class, () -> tomcat);
            register(context, reviews, AdmissionServlet.MUTATE, AdmissionServlet.VALIDATE);
            register(context, new HealthServlet(state), HealthServlet.LIVE, HealthServlet.READY);
            if (ports.management() != null) {
                register(context, ports.management().metrics(), Management.METRICS);
            }
        });
        if (ports.console() != null) {
            add(ports.console(), application);
        }
        WebhookServer server = new WebhookServer(run(application, tomcat), tomcat, state, clientAuthorities);
        try {
            WarmUp.run(server.port());
            server.listenOn(ports.webhooks());
            return server;
        } catch (LifecycleException | IOException e) {
            server.close();
            throw new BadInputException(
                    causedBy(e, BindException.class) == null
                            ? "cannot start the server: " + e.getMessage()
                            : inUse(ports.webhooks(), "--port"));
        }
    }

    private static List<X509Certificate> clientAuthorities(CallerAuthentication callers) {
        try {
            return callers.clientCa() == null ? List.of() : new PemFile(callers.clientCa()).certificates();
        } catch (IOException e) {
            throw new BadInputException("--client-ca: " + e.getMessage());
        }
    }

    private static SslBundle bundle(ServingPair certificate, List<X509Certificate> clientAuthorities) {
        try {
            return ServingCertificate.bundle(certificate, clientAuthorities);
        } catch (IllegalStateException e) {
            throw new BadInputException("cannot start the server: " + e.getMessage());
        }
    }

    private static void initialize(
            SpringApplication application, ApplicationContextInitializer<GenericApplicationContext> initializer) {
        application.addInitializers(initializer);
    }

    private static void register(GenericApplicationContext context, HttpServlet servlet, String... paths) {
        context.registerBean(paths[0], ServletRegistrationBean.class, () -> {
            ServletRegistrationBean<HttpServlet> registration = new ServletRegistrationBean<>(servlet, paths);
            registration.setName(paths[0]);
            registration.setLoadOnStartup(1);
            return registration;
        });
    }

    /** Spring Boot would drop log lines while it starts; logback.xml has everything that it would set. */
    private static void keepLogging() {
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        SLF4JBridgeHandler.removeHandlersForRootLogger(); // Tomcat logs by java.util.logging
        SLF4JBridgeHandler.install();
    }

    /** Its filters are for its servlet only: no review passes them. */
    private static void add(ConsoleEndpoint console, SpringApplication application) {
        application.addPrimarySources(List.of(ConsoleApplication.class));
        initialize(application, context -> {
            context.registerBean(ConsoleController.class, console::controller);
            context.registerBean("gate", FilterRegistrationBean.class, () -> filter(console.gate(), 0));
            // An unchanged page is not sent again.
            context.registerBean("etag", FilterRegistrationBean.class, () -> filter(new ShallowEtagHeaderFilter(), 1));
        });
    }

    private static FilterRegistrationBean<Filter> filter(Filter filter, int order) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
        registration.addServletNames(DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME);
        registration.setOrder(order);
        return registration;
    }

    private static ServletWebServerApplicationContext run(SpringApplication application, TomcatSetup tomcat) {
        try {
            return (ServletWebServerApplicationContext) application.run();
        } catch (RuntimeException e) {
            ConnectorStartFailedException failed = causedBy(e, ConnectorStartFailedException.class);
            if (failed != null) {
                boolean isConsole = tomcat.console != null && tomcat.console.getPort() == failed.getPort();
                throw new BadInputException(
                        inUse(failed.getPort(), isConsole ? "--console-port" : "--management-port"));
            }
            throw new BadInputException("cannot start the server: "
                    + Objects.requireNonNullElse(NestedExceptionUtils.getRootCause(e), e)
                            .getMessage());
        }
    }

    private static String inUse(int port, String option) {
        return "port " + port + " is already in use; choose another with " + option;
    }

    private static <E extends Exception> @Nullable E causedBy(Throwable e, Class<E> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }

    private void listenOn(int port) throws LifecycleException {
        webhooks.stop();
        webhooks.setPort(port);
        ((AbstractProtocol<?>) webhooks.getProtocolHandler()).setAddress(null); // any, including IPv6
        state.isOpen = true;
        webhooks.start();
    }

    public int port() {
        return webhooks.getLocalPort();
    }

    /** Null if the console is not served over HTTP. */
    @Nullable
    public Integer consolePort() {
        return tomcat.console == null ? null : tomcat.console.getLocalPort();
    }

    /**
     * Replaces the serving certificate, from the next handshake on.
     *
     * @throws IllegalStateException if it cannot be served, saying why; then the present one stays
     */
    public synchronized void serve(ServingPair certificate) {
        update(ServingCertificate.bundle(certificate, clientAuthorities));
        state.served = certificate;
    }

    /**
     * Replaces the authorities of client certificates, for servers that had some from the start.
     *
     * @throws IllegalStateException if they cannot be used, saying why; then the present ones stay
     */
    public synchronized void trust(List<X509Certificate> authorities) {
        update(ServingCertificate.bundle(state.served, authorities));
        clientAuthorities = authorities;
    }

    /** Of client certificates; none if it asks for none. */
    public synchronized List<X509Certificate> clientAuthorities() {
        return clientAuthorities;
    }

    private void update(SslBundle bundle) {
        try {
            context.getBean(SslBundleRegistry.class).updateBundle(ServingCertificate.BUNDLE, bundle);
        } catch (IllegalArgumentException e) { // Tomcat's
            throw new IllegalStateException("the certificate cannot be served: " + e.getMessage(), e);
        }
    }

    /** How long the serving certificate is still valid; negative once it has expired. */
    public Duration certificateRemaining() {
        return state.certificateRemaining();
    }

    /** Returns once the server has stopped. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Reports not ready and continues to serve, until no more requests are routed here. Then it takes no new connections,
     * and waits for those it has: each is closed with its next answer. One that is idle for so long is unlikely to be used
     * at the very moment at which it is closed.
     */
    public void drain(Duration time) throws InterruptedException {
        state.isStopping = true;
        Thread.sleep(time.toMillis());
        AbstractProtocol<?> protocol = (AbstractProtocol<?>) webhooks.getProtocolHandler();
        protocol.closeServerSocketGraceful();
        protocol.awaitConnectionsClose(IDLE.toMillis());
    }

    /** Completes requests in flight, then stops. */
    @Override
    public void close() {
        context.close();
        stopped.countDown();
    }
}
