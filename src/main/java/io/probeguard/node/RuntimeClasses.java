package io.probeguard.node;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the RuntimeClasses of a cluster stand for. What the catalogue knows is about runc: gVisor, Kata Containers and others
 * exec in ways of their own.
 *
 * @param handlers by name of the RuntimeClass; empty where there is no cluster, and then names are taken for handlers
 */
public record RuntimeClasses(Map<String, String> handlers) {
    public static final RuntimeClasses UNKNOWN = new RuntimeClasses(Map.of());

    /**
     * Of which a part of the name of handlers is that are not runc, as their own documentation has them: gvisor.dev, katacontainers.io, the
     * containerd-wasm-shims and runwasi projects, sysbox, firecracker-containerd, hcsshim.
     */
    private static final Set<String> OTHERS = Set.of(
            "runsc",
            "gvisor",
            "kata",
            "firecracker",
            "wasm",
            "wasmtime",
            "wasmedge",
            "wasmer",
            "spin",
            "slight",
            "krun",
            "sysbox",
            "runhcs",
            "urunc",
            "quark");

    /** Between the parts of a name: {@code kata-qemu}. */
    private static final Pattern SEPARATOR = Pattern.compile("[-_.]");

    /** The handler of a RuntimeClass that is not runc; null where it is, or may be. */
    @Nullable
    String otherRuntime(@Nullable String runtimeClassName) {
        if (runtimeClassName == null || runtimeClassName.isEmpty()) {
            return null;
        }
        String handler = Objects.requireNonNullElse(handlers.get(runtimeClassName), runtimeClassName);
        return SEPARATOR.splitAsStream(handler.toLowerCase(Locale.ROOT)).anyMatch(OTHERS::contains) ? handler : null;
    }
}
