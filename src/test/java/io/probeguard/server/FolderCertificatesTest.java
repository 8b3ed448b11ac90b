package io.probeguard.server;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.probeguard.tls.CertificateFolder;
import io.probeguard.tls.ServingPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

/** Whatever becomes of the files, a pair that can be served is, and the reason is told once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class FolderCertificatesTest {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path parent;

    private Path folder;
    private final List<ServingPair> served = new ArrayList<>();
    private FolderCertificates certificates;
    private FileWatch<ServingPair> watch;

    /** What somebody does to the folder. */
    private interface Damage {
        void to(Path folder) throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        folder = parent.resolve("certs");
        make(folder, CLOCK);
        certificates = new FolderCertificates(new CertificateFolder(folder), CLOCK);
        watch = certificates.watch(served::add);
    }

    private static ServingPair make(Path folder, Clock clock) throws Exception {
        FileSystemUtils.deleteRecursively(folder);
        CertificateFolder made = new CertificateFolder(folder);
        made.prepare(List.of("localhost"), clock);
        return made.read();
    }

    private static Damage writing(String file, String content) {
        return folder -> Files.writeString(folder.resolve(file), content);
    }

    private static Damage replacing(String file, Damage replacement) {
        return folder -> {
            Files.delete(folder.resolve(file));
            replacement.to(folder.resolve(file));
        };
    }

    private static void fifo(Path file) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    private static Arguments row(String name, Damage damage, String reason) {
        return arguments(name, damage, reason);
    }

    static Stream<Arguments> damages() {
        String broken = "-----BEGIN CERTIFICATE-----\nMII*\u001b[31m\n-----END CERTIFICATE-----\n";
        return Stream.of(
                row(
                        "the key of another certificate",
                        folder -> {
                            Path other = folder.resolveSibling("other");
                            make(other, CLOCK);
                            Files.move(other.resolve("tls.crt"), folder.resolve("tls.crt"), REPLACE_EXISTING);
                        },
                        "tls.key is not the private key of"),
                row("expired", folder -> make(folder, Clock.offset(CLOCK, Duration.ofDays(-500))), "it expired at 2"),
                row(
                        "not valid yet",
                        folder -> make(folder, Clock.offset(CLOCK, Duration.ofDays(500))),
                        "it is not valid before 2"),
                row("garbage", writing("tls.crt", "\0\u0007garbage"), "tls.crt is not a PEM certificate"),
                row("broken Base64", writing("tls.crt", broken), "tls.crt is not a PEM certificate"),
                row("a garbled key", writing("tls.key", "garbage"), "tls.key is not an unencrypted PEM private key"),
                row("an empty file", writing("tls.crt", ""), "no certificate found"),
                row("an empty key", writing("tls.key", ""), "no private key found"),
                row(
                        "half of a file",
                        folder -> {
                            Path file = folder.resolve("tls.crt");
                            Files.writeString(file, Files.readString(file).substring(0, 300));
                        },
                        "tls.crt is not a PEM certificate"),
                row("a huge file", writing("tls.crt", "x".repeat(1024 * 1024 + 1)), "larger than 1048576 bytes"),
                row("no file", replacing("tls.crt", file -> {}), "tls.crt: no such file or directory"),
                row("no folder", FileSystemUtils::deleteRecursively, "no such file or directory"),
                row("a directory", replacing("tls.crt", Files::createDirectory), "tls.crt: not a regular file"),
                row("a pipe", replacing("tls.crt", FolderCertificatesTest::fifo), "tls.crt: not a regular file"),
                row("a pipe as key", replacing("tls.key", FolderCertificatesTest::fifo), "tls.key: not a regular file"),
                row(
                        "an endless device",
                        replacing("tls.crt", file -> Files.createSymbolicLink(file, Path.of("/dev/zero"))),
                        "tls.crt: not a regular file"),
                row(
                        "a link to nothing",
                        replacing("tls.crt", file -> Files.createSymbolicLink(file, Path.of("nothing"))),
                        "tls.crt: no such file or directory"),
                row(
                        "a link to itself",
                        replacing("tls.crt", file -> Files.createSymbolicLink(file, Path.of("tls.crt"))),
                        "tls.crt: Too many levels of symbolic links"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void theLastGoodPairStays(String name, Damage damage, String reason, CapturedOutput output) throws Exception {
        String key = Files.readAllLines(folder.resolve("tls.key")).get(1);
        damage.to(folder);
        watch.look();
        watch.look();

        assertThat(served).isEmpty();
        assertThat(watch.notUsed())
                .startsWith("the certificate in " + folder + " is not used: ")
                .contains(reason)
                .doesNotContain("\u001b", "\n", key);
        assertThat(output.getErr()).containsOnlyOnce("is not used").doesNotContain("\tat ", "\u001b", key);

        ServingPair next = make(folder, CLOCK);
        watch.look();
        assertThat(served).containsExactly(next);
        assertThat(watch.notUsed()).isNull();
    }

    @Test
    void unreadableFilesAreToldToo() throws Exception {
        Path file = folder.resolve("tls.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root may read everything");
        watch.look();
        assertThat(served).isEmpty();
        assertThat(watch.notUsed()).endsWith("tls.key: permission denied");
    }

    @Test
    void anExpiredCertificateIsServedWhereThereIsNoOther() throws Exception {
        ServingPair expired = make(folder, Clock.offset(CLOCK, Duration.ofDays(-500)));
        FolderCertificates started = new FolderCertificates(new CertificateFolder(folder), CLOCK);
        assertThat(started.first()).isEqualTo(expired);
        started.watch(served::add).look();
        assertThat(served).isEmpty();
    }

    /** The clock of this machine jumps, and nothing changes in the folder: neither does what is served. */
    @Test
    void aJumpOfTheClockIsNoReason() throws Exception {
        for (int days : List.of(-365, 365)) {
            Clock jumped = Clock.offset(CLOCK, Duration.ofDays(days));
            FileWatch<ServingPair> later =
                    new FolderCertificates(new CertificateFolder(folder), jumped).watch(served::add);
            later.look();
            assertThat(later.notUsed()).isNull();
        }
        assertThat(served).isEmpty();
    }

    @Test
    void whatCannotBeServedIsLeftAlone() throws Exception {
        FileWatch<ServingPair> refusing = certificates.watch(pair -> {
            throw new IllegalStateException("the certificate cannot be served: no");
        });
        make(folder, CLOCK);
        refusing.look();
        assertThat(refusing.notUsed()).endsWith("is not used: the certificate cannot be served: no");
    }

    /** As the kubelet changes a mounted Secret. */
    @Test
    void followsTheLinksOfAMountedSecret() throws Exception {
        ServingPair first = make(folder.resolve("..1"), CLOCK);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        for (String file : List.of("tls.crt", "tls.key")) {
            Files.deleteIfExists(folder.resolve(file));
            Files.createSymbolicLink(folder.resolve(file), Path.of("..data", file));
        }
        watch.look();
        ServingPair second = make(folder.resolve("..2"), CLOCK);
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(link, folder.resolve("..data"), ATOMIC_MOVE);
        watch.look();
        assertThat(served).containsExactly(first, second);
    }
}
