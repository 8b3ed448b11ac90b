package io.probeguard.kubelet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a pod, and when. Second 0 is the first start of any container (for a Job: of its first pod), cut to whole
 * seconds as the kubelet writes it.
 *
 * @param seconds how far it looks
 * @param events by their earliest moment
 * @param never what does not come within that time, where one would expect it
 */
public record PodTimeline(double seconds, List<Event> events, List<Absence> never) {

    /**
     * Something that comes, or may come.
     *
     * @param container null for what happens to the pod or its node
     * @param n its number among the events of its kind, from 1
     * @param latest seconds; null where there is no bound
     * @param certain whether it comes in any case, and within the time looked at
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Event(
            EventKind event,
            @Nullable String container,
            int n,
            double earliest,
            @Nullable Double latest,
            boolean certain) {}

    /** @param container null for what would happen to the pod */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Absence(EventKind event, @Nullable String container) {}
}
