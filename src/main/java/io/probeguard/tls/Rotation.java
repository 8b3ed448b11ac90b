package io.probeguard.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When certificates are rotated, and how. A pure function of a set and the time, so that replicas with the same input have
 * the same result: whichever writes first has done it for all.
 *
 * <p>A serving certificate is renewed when a third of its lifetime is left. So is an authority, in steps: its successor is
 * trusted first; it issues only after a time in which every API server has learnt to trust it; and the replaced authority
 * stays trusted until it expires.
 */
public final class Rotation {
    /** Long enough for API servers that are slow to reload, and for clocks that are 5 minutes apart. */
    private static final Duration MAX_SETTLING = Duration.ofMinutes(15);

    private final List<String> hosts;
    private final Duration authorityLifetime;
    private final Duration servingLifetime;
    private final Duration settling;

    /**
     * @param hosts DNS names and IP addresses that clients call the server by
     * @throws IllegalArgumentException if a serving certificate would live for more than a third of its authority's
     *     life, and so could outlive it
     */
    public Rotation(List<String> hosts, Duration authorityLifetime, Duration servingLifetime) {
        if (servingLifetime.isNegative() || servingLifetime.isZero()) {
            throw new IllegalArgumentException("the certificate lifetime must be positive");
        }
        if (servingLifetime.multipliedBy(3).compareTo(authorityLifetime) > 0) {
            throw new IllegalArgumentException("the CA lifetime must be at least three times the certificate lifetime");
        }
        this.hosts = List.copyOf(hosts);
        this.authorityLifetime = authorityLifetime;
        this.servingLifetime = servingLifetime;
        Duration tenth = authorityLifetime.dividedBy(10);
        this.settling = tenth.compareTo(MAX_SETTLING) < 0 ? tenth : MAX_SETTLING;
    }

    /** How often to check whether something is due. */
    public Duration interval() {
        Duration interval = servingLifetime.dividedBy(20);
        return interval.compareTo(Duration.ofMinutes(1)) < 0 ? interval : Duration.ofMinutes(1);
    }

    /**
     * The set that should follow.
     *
     * @param present null where there is none yet
     * @param isTrusted whether the present set's successor is in every caBundle that API servers use; false where
     *     there is no successor
     * @return the same object where nothing is due
     */
    public CertificateSet next(@Nullable CertificateSet present, Instant now, boolean isTrusted) {
        if (present == null || hasExpired(present.authority().certificate(), now)) {
            CertificateAuthority authority = CertificateAuthority.create(now, authorityLifetime);
            return new CertificateSet(authority, null, List.of(), issue(authority, now));
        }
        CertificateAuthority successor = present.successor();
        if (successor == null && isDue(present.authority().certificate(), authorityLifetime, now)) {
            return new CertificateSet(
                    present.authority(),
                    CertificateAuthority.create(now, authorityLifetime),
                    present.predecessors(),
                    present.serving());
        }
        if (successor != null && isTrusted && hasSettled(successor.certificate(), now)) {
            List<X509Certificate> predecessors = new ArrayList<>(present.predecessors());
            predecessors.add(0, present.authority().certificate());
            return new CertificateSet(successor, null, stillValid(predecessors, now), issue(successor, now));
        }
        X509Certificate serving = present.serving().certificate();
        boolean canBeExtended =
                expiry(serving).isBefore(expiry(present.authority().certificate()));
        if ((canBeExtended && isDue(serving, servingLifetime, now))
                || !CertificateAuthority.isFor(hosts, serving)
                || !isIssuedBy(present.authority(), serving)) {
            return new CertificateSet(
                    present.authority(), successor, present.predecessors(), issue(present.authority(), now));
        }
        if (present.predecessors().stream().anyMatch(certificate -> hasExpired(certificate, now))) {
            return new CertificateSet(
                    present.authority(), successor, stillValid(present.predecessors(), now), present.serving());
        }
        return present;
    }

    private static List<X509Certificate> stillValid(List<X509Certificate> certificates, Instant now) {
        return certificates.stream()
                .filter(certificate -> !hasExpired(certificate, now))
                .toList();
    }

    private ServingPair issue(CertificateAuthority authority, Instant now) {
        return authority.issue(hosts, now, servingLifetime);
    }

    private boolean hasSettled(X509Certificate certificate, Instant now) {
        return !now.isBefore(CertificateAuthority.issuedAt(certificate).plus(settling));
    }

    private static boolean hasExpired(X509Certificate certificate, Instant now) {
        return !now.isBefore(expiry(certificate));
    }

    private static boolean isDue(X509Certificate certificate, Duration lifetime, Instant now) {
        return !now.isBefore(expiry(certificate).minus(lifetime.dividedBy(3)));
    }

    private static Instant expiry(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static boolean isIssuedBy(CertificateAuthority authority, X509Certificate serving) {
        try {
            serving.verify(authority.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
