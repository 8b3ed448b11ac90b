package io.probeguard.host;

import io.probeguard.catalogue.PackageVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one source on a node reported.
 *
 * @param source {@code dpkg}, {@code rpm}, {@code docker}, {@code containerd} or {@code cri-o}
 * @param answered whether it could be read or asked; one that is absent or out of reach has not answered
 * @param failed whether it is there and could not be read or asked, so that what it would report is unknown
 * @param packages installed ones that are in the catalogue
 * @param runtime the runtime as nodeInfo would have it, such as {@code docker://1.13.1}; null where it reports none
 * @param detail for a person: what was asked, and the result
 */
public record InspectedSource(
        String source,
        boolean answered,
        boolean failed,
        List<PackageVersion> packages,
        @Nullable String runtime,
        String detail) {

    static InspectedSource packages(String source, List<PackageVersion> packages, String detail) {
        return new InspectedSource(source, true, false, packages, null, detail);
    }

    static InspectedSource runtime(String source, List<PackageVersion> packages, String version, String detail) {
        return new InspectedSource(source, true, false, packages, source + "://" + version, detail);
    }

    /** Of a source that is not there. */
    static InspectedSource absent(String source, String why) {
        return new InspectedSource(source, false, false, List.of(), null, why);
    }

    /** Of a source that is there and did not answer. */
    static InspectedSource failed(String source, String why) {
        return new InspectedSource(source, false, true, List.of(), null, why);
    }
}
