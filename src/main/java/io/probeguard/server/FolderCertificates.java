package io.probeguard.server;

import io.probeguard.tls.CertificateFolder;
import io.probeguard.tls.ServingPair;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A folder that somebody else fills, or that holds our own certificate. */
final class FolderCertificates implements CertificateSource {
    private final CertificateFolder folder;
    private final Clock clock;
    private final ServingPair first;
    private @Nullable FileWatch<ServingPair> watch;

    FolderCertificates(CertificateFolder folder, Clock clock) throws IOException {
        this.folder = folder;
        this.clock = clock;
        this.first = folder.read();
    }

    /** Also one that has expired or is not valid yet: there is no other. */
    @Override
    public ServingPair first() {
        return first;
    }

    @Override
    public void start(Consumer<ServingPair> serve) {
        watch = watch(serve);
        watch.start();
    }

    /** The watch, not started. */
    FileWatch<ServingPair> watch(Consumer<ServingPair> serve) {
        return new FileWatch<>("the certificate in " + folder, first, folder::read, next -> {
            next.checkValidity(clock.instant());
            serve.accept(next);
        });
    }

    @Override
    public @Nullable String notReady() {
        return null;
    }

    @Override
    public @Nullable String notUsed() {
        return watch == null ? null : watch.notUsed();
    }

    @Override
    public String trusted() throws IOException {
        return folder.trusted();
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
