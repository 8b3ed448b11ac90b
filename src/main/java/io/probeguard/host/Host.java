package io.probeguard.host;

import io.probeguard.catalogue.AffectedVersion.By;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.NodeInfo;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node, looked at from itself or from a container on it. */
public final class Host {
    private final HostRoot root;
    private final Path dockerSocket;

    /** @param dockerSocket null for the default */
    public Host(HostRoot root, @Nullable Path dockerSocket) {
        this.root = root;
        this.dockerSocket = dockerSocket == null ? defaultDockerSocket(root) : dockerSocket;
    }

    /** Where /var/run is an absolute link to /run, it leads out of a mounted root. */
    private static Path defaultDockerSocket(HostRoot root) {
        Path current = root.at("/run/docker.sock");
        Path old = root.at("/var/run/docker.sock");
        return !Files.exists(current) && Files.exists(old) ? old : current;
    }

    /** What each source reports. Never fails: one that cannot be read or asked says why. */
    public List<InspectedSource> inspect(Catalogue catalogue) {
        return List.of(
                DpkgStatus.read(root, catalogue.packageNames(By.DEB)),
                RpmDatabase.query(root, catalogue.packageNames(By.RPM)),
                DockerEngine.ask(dockerSocket),
                RuntimeProgram.CONTAINERD.ask(root),
                RuntimeProgram.CRI_O.ask(root));
    }

    /** What a kubelet here would report, except for its own version. */
    public NodeInfo nodeInfo(String runtime) {
        return new NodeInfo(runtime, osImage(), System.getProperty("os.version"), "", cpus());
    }

    /** Those of the machine; Java counts those that its container may use. */
    private static @Nullable Integer cpus() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            int count = (int) lines.filter(line -> line.startsWith("processor")).count();
            return count == 0 ? null : count;
        } catch (IOException e) {
            return null;
        }
    }

    private String osImage() {
        for (Path file : Stream.of("/etc/os-release", "/usr/lib/os-release")
                .map(root::at)
                .toList()) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                Properties release = new Properties();
                release.load(reader);
                return release.getProperty("PRETTY_NAME", "").replaceAll("^[\"']|[\"']$", "");
            } catch (IOException | IllegalArgumentException e) {
                // Without it fewer builds can be distinguished; the sources still report what they can.
            }
        }
        return "";
    }
}
