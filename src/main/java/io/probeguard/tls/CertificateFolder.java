package io.probeguard.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The folder that the server's certificate is in: {@code tls.crt} and {@code tls.key}, as in a Kubernetes TLS Secret, and
 * {@code ca.crt}, which clients trust. {@code ca.key} is there only where the certificates are our own.
 */
public final class CertificateFolder {
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration SERVING_LIFETIME = Duration.ofDays(365);
    /** Our own certificates are renewed when less than this is left of them. */
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private final Path folder;

    public CertificateFolder(Path folder) {
        this.folder = folder;
    }

    private Path certificate() {
        return folder.resolve("tls.crt");
    }

    private Path key() {
        return folder.resolve("tls.key");
    }

    private Path authority() {
        return folder.resolve("ca.crt");
    }

    private Path authorityKey() {
        return folder.resolve("ca.key");
    }

    /**
     * Makes sure that there is a certificate to serve. Where the folder has none, an authority and a certificate are created;
     * where it has our own and that expires soon, it is renewed by the same authority; what others put there is left as it
     * is, expired or not: they may be about to replace it.
     *
     * @param hosts DNS names and IP addresses that clients call the server by
     * @throws IOException if the folder cannot be used; the message says what to do about it
     */
    public void prepare(List<String> hosts, Clock clock) throws IOException {
        boolean hasCertificate = Files.exists(certificate());
        if (hasCertificate != Files.exists(key())) {
            throw new IOException(folder + " contains only one of tls.crt and tls.key: add the other, or remove both"
                    + " to have a new pair created");
        }
        if (!hasCertificate) {
            Files.createDirectories(folder);
            issue(Files.exists(authorityKey()) ? readAuthority() : createAuthority(clock), hosts, clock);
            return;
        }
        Instant expiry = read().certificate().getNotAfter().toInstant();
        boolean own = Files.exists(authorityKey());
        if (own && expiry.isBefore(clock.instant().plus(RENEWED_BEFORE))) {
            issue(readAuthority(), hosts, clock);
        }
    }

    /**
     * What there is to serve.
     *
     * @throws IOException if it cannot be served, whenever that is; the message names the file
     */
    public ServingPair read() throws IOException {
        ServingPair pair = new ServingPair(new PemFile(certificate()).certificates(), new PemFile(key()).key());
        if (!Pem.belongTogether(pair.certificate(), pair.key())) {
            throw new IOException(key() + " is not the private key of " + certificate());
        }
        return pair;
    }

    /**
     * What clients must trust, in PEM: the authority or, where there is none, the certificate itself.
     *
     * @throws IOException if it cannot be read
     */
    public String trusted() throws IOException {
        return new MountedFile(Files.exists(authority()) ? authority() : certificate()).text();
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private CertificateAuthority createAuthority(Clock clock) throws IOException {
        CertificateAuthority authority = CertificateAuthority.create(clock.instant(), AUTHORITY_LIFETIME);
        write(authorityKey(), Pem.of(authority.key()), OWNER_ONLY);
        write(authority(), Pem.of(authority.certificate()), READABLE);
        return authority;
    }

    private CertificateAuthority readAuthority() throws IOException {
        try {
            return new CertificateAuthority(
                    new PemFile(authority()).certificates().get(0), new PemFile(authorityKey()).key());
        } catch (IOException e) {
            throw new IOException(
                    "cannot use the certificate authority in " + folder + ": " + e.getMessage()
                            + "; remove ca.crt and ca.key to have a new one created",
                    e);
        }
    }

    private void issue(CertificateAuthority authority, List<String> hosts, Clock clock) throws IOException {
        ServingPair issued = authority.issue(hosts, clock.instant(), SERVING_LIFETIME);
        write(key(), Pem.of(issued.key()), OWNER_ONLY);
        write(certificate(), Pem.of(issued.certificate()), READABLE);
    }

    /** Readers see the old file or the new one, never a part; a private key is never readable by others. */
    private static void write(Path file, String content, Set<PosixFilePermission> permissions) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
        Path temporary = Files.createTempFile(file.getParent(), "." + file.getFileName(), null, attributes);
        Files.write(temporary, content.getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
