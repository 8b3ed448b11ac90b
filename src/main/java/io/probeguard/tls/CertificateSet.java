package io.probeguard.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the replicas of a server share about their certificates, as one Secret holds it.
 *
 * @param authority issues the serving certificates
 * @param successor is trusted already and will issue them next; null most of the time
 * @param predecessors are still trusted while they are valid
 * @param serving what every replica serves
 */
public record CertificateSet(
        CertificateAuthority authority,
        @Nullable CertificateAuthority successor,
        List<X509Certificate> predecessors,
        ServingPair serving) {

    private static final String AUTHORITY = "ca.crt";
    private static final String AUTHORITY_KEY = "ca.key";
    private static final String SUCCESSOR = "next-ca.crt";
    private static final String SUCCESSOR_KEY = "next-ca.key";
    private static final String PREDECESSORS = "old-ca.crt";
    private static final String SERVING = "tls.crt";
    private static final String SERVING_KEY = "tls.key";

    /**
     * Reads the data of a Secret.
     *
     * @param data decoded values by key
     * @return null where there is no set in it yet
     * @throws IOException if there is one that cannot be used, saying what is wrong
     */
    public static @Nullable CertificateSet read(Map<String, byte[]> data) throws IOException {
        if (!data.containsKey(AUTHORITY)) {
            return null;
        }
        try {
            CertificateAuthority authority = authority(data, AUTHORITY, AUTHORITY_KEY);
            CertificateAuthority successor =
                    data.containsKey(SUCCESSOR) ? authority(data, SUCCESSOR, SUCCESSOR_KEY) : null;
            List<X509Certificate> predecessors =
                    data.containsKey(PREDECESSORS) ? Pem.certificates(text(data, PREDECESSORS)) : List.of();
            ServingPair serving =
                    new ServingPair(Pem.certificate(text(data, SERVING)), Pem.key(text(data, SERVING_KEY)));
            if (!Pem.belongTogether(serving.certificate(), serving.key())) {
                throw new IOException(SERVING_KEY + " is not the private key of " + SERVING);
            }
            return new CertificateSet(authority, successor, predecessors, serving);
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static CertificateAuthority authority(Map<String, byte[]> data, String certificate, String key)
            throws IOException, GeneralSecurityException {
        var authority = new CertificateAuthority(Pem.certificate(text(data, certificate)), Pem.key(text(data, key)));
        if (!Pem.belongTogether(authority.certificate(), authority.key())) {
            throw new IOException(key + " is not the private key of " + certificate);
        }
        return authority;
    }

    private static String text(Map<String, byte[]> data, String key) throws IOException {
        byte[] value = data.get(key);
        if (value == null) {
            throw new IOException(key + " is missing");
        }
        return new String(value, StandardCharsets.UTF_8);
    }

    /** The data of the Secret: values, in PEM, by key. */
    public Map<String, byte[]> toData() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(AUTHORITY, Pem.of(authority.certificate()));
        texts.put(AUTHORITY_KEY, Pem.of(authority.key()));
        if (successor != null) {
            texts.put(SUCCESSOR, Pem.of(successor.certificate()));
            texts.put(SUCCESSOR_KEY, Pem.of(successor.key()));
        }
        if (!predecessors.isEmpty()) {
            texts.put(PREDECESSORS, pem(predecessors.stream()));
        }
        texts.put(SERVING, Pem.of(serving.certificate()));
        texts.put(SERVING_KEY, Pem.of(serving.key()));
        Map<String, byte[]> data = new LinkedHashMap<>();
        texts.forEach((key, text) -> data.put(key, text.getBytes(StandardCharsets.UTF_8)));
        return data;
    }

    /** What clients must trust, in PEM: the authority, its successor, and its predecessors. */
    public String trusted() {
        return pem(Stream.concat(
                Stream.concat(
                        Stream.of(authority.certificate()),
                        Stream.ofNullable(successor).map(CertificateAuthority::certificate)),
                predecessors.stream()));
    }

    private static String pem(Stream<X509Certificate> certificates) {
        return certificates.map(Pem::of).collect(Collectors.joining());
    }
}
