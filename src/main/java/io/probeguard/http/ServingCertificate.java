package io.probeguard.http;

import io.probeguard.tls.CertificateAuthority;
import io.probeguard.tls.CertificateAuthority.Issued;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;

/** The serving certificate as Spring Boot's SSL bundle, which Tomcat serves. */
public final class ServingCertificate {
    static final String BUNDLE = "web";

    private static final String ALIAS = "probe-guard";

    private ServingCertificate() {}

    /** From files, which Spring Boot watches: a change is served within about 10 seconds. */
    public static Consumer<SpringApplication> files(CertificateFolder folder, @Nullable Path clientCa) {
        String pem = "spring.ssl.bundle.pem." + BUNDLE + ".";
        Map<String, Object> properties = new HashMap<>();
        properties.put(pem + "reload-on-update", true);
        properties.put(
                pem + "keystore.certificate", folder.certificate().toUri().toString());
        properties.put(pem + "keystore.private-key", folder.key().toUri().toString());
        if (clientCa != null) {
            properties.put(pem + "truststore.certificate", clientCa.toUri().toString());
        }
        return application -> application.setDefaultProperties(properties);
    }

    /** To be provided later; until then one that nobody trusts, so that /livez can be served. */
    public static Consumer<SpringApplication> providedLater(@Nullable Path clientCa) {
        Instant now = Instant.now();
        Duration life = Duration.ofDays(1);
        Issued placeholder = CertificateAuthority.create(now, life).issue(List.of("localhost"), now, life);
        return application -> application.addInitializers((ApplicationContextInitializer<GenericApplicationContext>)
                context -> context.registerBean(
                        SslBundleRegistrar.class,
                        () -> registry -> registry.registerBundle(BUNDLE, bundle(placeholder, clientCa))));
    }

    static SslBundle bundle(Issued issued, @Nullable Path clientCa) {
        try {
            KeyStore own = empty();
            own.setKeyEntry(ALIAS, issued.key(), new char[0], new Certificate[] {issued.certificate()});
            return SslBundle.of(SslStoreBundle.of(own, "", clientCa == null ? null : trusting(clientCa)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot serve the certificate: " + e.getMessage(), e);
        }
    }

    private static KeyStore trusting(Path clientCa) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        try (InputStream in = Files.newInputStream(clientCa)) {
            int i = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("client-ca-" + i++, certificate);
            }
        }
        return trusted;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** The serving certificate of a bundle. */
    static X509Certificate of(SslBundle bundle) {
        try {
            KeyStore store = Objects.requireNonNull(bundle.getStores().getKeyStore(), "the bundle has a key");
            return (X509Certificate) store.getCertificate(store.aliases().nextElement());
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }
}
