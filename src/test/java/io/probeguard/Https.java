package io.probeguard;

import io.probeguard.http.WarmUp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** TLS clients and servers of tests; a client trusts only the given certificates, as an API server trusts the caBundle. */
public final class Https {
    private Https() {}

    public static SSLContext trusting(String pem) throws Exception {
        return context(null, pem);
    }

    /** The same, for a client that presents a certificate. */
    public static SSLContext presenting(PrivateKey key, X509Certificate certificate, String trusted) throws Exception {
        return context(keyManagers(key, certificate), trusted);
    }

    /** For a server that has this certificate. */
    public static SSLContext serving(PrivateKey key, X509Certificate certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(key, certificate), null, null);
        return context;
    }

    private static SSLContext context(KeyManager[] own, String trusted) throws Exception {
        KeyStore store = emptyStore();
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(trusted.getBytes(StandardCharsets.UTF_8))));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, managers.getTrustManagers(), null);
        return context;
    }

    private static KeyManager[] keyManagers(PrivateKey key, X509Certificate certificate) throws Exception {
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        return managers.getKeyManagers();
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** A certificate or key as PEM. */
    public static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
        }
        return text.toString();
    }

    /** A certificate that is its own authority, as an API server may present it. */
    public static X509Certificate selfSigned(KeyPair keys) throws Exception {
        X500Name name = new X500Name("CN=kube-apiserver");
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofHours(1))),
                name,
                keys.getPublic());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    /** The status of a GET without verifying the certificate, as for probes of the kubelet. */
    public static int status(String url) throws Exception {
        return get(url).getResponseCode();
    }

    /** A GET, not sent yet, that does not verify the certificate. */
    public static HttpsURLConnection get(String url) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(WarmUp.trustingAll().getSocketFactory());
        connection.setHostnameVerifier((host, session) -> true);
        return connection;
    }
}
