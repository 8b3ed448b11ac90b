package io.probeguard.output;

import io.probeguard.manifest.Baseline;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.NotJudged;
import io.probeguard.output.Sarif.ArtifactLocation;
import io.probeguard.output.Sarif.BaselineState;
import io.probeguard.output.Sarif.Location;
import io.probeguard.output.Sarif.LogicalLocation;
import io.probeguard.output.Sarif.Notification;
import io.probeguard.output.Sarif.PhysicalLocation;
import io.probeguard.output.Sarif.Region;
import io.probeguard.policy.Finding;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SARIF, which code hosts show next to the lines that it is about. */
public final class SarifOutput implements ReviewOutput {
    @Override
    public void write(ManifestReview review, PrintWriter out) {
        Sarif sarif = new Sarif();
        for (Reviewed reviewed : review.reviewed()) {
            reviewed.review()
                    .findings()
                    .forEach(finding ->
                            sarif.add(finding, location(reviewed, finding), state(review, reviewed, finding)));
        }
        Stream<Notification> errors = review.errors().stream().map(SarifOutput::notification);
        Stream<Notification> notJudged = review.notJudged().stream().map(SarifOutput::notification);
        Baseline baseline = review.baseline();
        Stream<Notification> stale =
                baseline == null ? Stream.empty() : review.stale().stream().map(entry -> notification(baseline, entry));
        sarif.write(Stream.of(errors, notJudged, stale).flatMap(each -> each).toList(), out);
    }

    private static BaselineState state(ManifestReview review, Reviewed reviewed, Finding finding) {
        if (review.baseline() == null) {
            return BaselineState.NONE;
        }
        return review.isKnown(reviewed, finding) ? BaselineState.UNCHANGED : BaselineState.NEW;
    }

    private static Location location(Reviewed reviewed, Finding finding) {
        String name = reviewed.found().workload().kindName() + "/"
                + reviewed.found().workload().name() + "/" + finding.container() + "/" + finding.handler();
        return new Location(
                place(reviewed.file(), reviewed.line(finding)), List.of(new LogicalLocation(Wording.clean(name))));
    }

    private static Notification notification(InputError error) {
        return Notification.error(Wording.clean(error.message()), place(error.file(), error.line()));
    }

    private static Notification notification(NotJudged each) {
        return Notification.note(
                "not judged (" + each.reason().word() + "): " + Wording.clean(each.detail()),
                place(each.file(), each.line()));
    }

    private static Notification notification(Baseline baseline, Baseline.Entry stale) {
        return Notification.warning(
                "in the baseline and no longer found: " + stale.summary(),
                place(baseline.file().toString(), null));
    }

    private static PhysicalLocation place(String file, @Nullable Integer line) {
        return new PhysicalLocation(new ArtifactLocation(uri(file)), line == null ? null : new Region(line));
    }

    private static String uri(String file) {
        try {
            // A colon in the first segment of a relative path would end a URI scheme.
            String path = file.indexOf(':') >= 0 && !file.startsWith("/") && !file.startsWith(".") ? "./" + file : file;
            return new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            return file;
        }
    }
}
