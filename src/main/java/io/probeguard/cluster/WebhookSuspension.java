package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.probeguard.policy.Policy;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps API servers from calling the webhooks while no answer could be other than "allowed". It does so by a matchCondition
 * of its own (before Kubernetes 1.28 an objectSelector) in our two webhook configurations, which the API server evaluates itself, and a
 * label that shows it. Both are applied server-side by a field manager of their own, so that nobody else's apply removes
 * or fights them; where somebody else has written them too, they are removed all the same. Reviews of namespaces go on: they
 * warn about modes.
 *
 * <p>Calls are resumed at once, by whichever replica sees the need first. They are suspended by the leader alone, and only
 * after there was no need for a while.
 */
public final class WebhookSuspension implements AutoCloseable {
    /** {@code true} on both configurations while calls are suspended. */
    public static final String LABEL = "probe-guard.io/suspended";

    /** Name of the matchCondition. */
    public static final String CONDITION = "node-is-flagged";

    private static final String FIELD_MANAGER = "probe-guard-suspension";
    private static final String ONLY_NAMESPACES = "request.resource.resource == 'namespaces'";
    private static final int MINOR_WITH_CONDITIONS = 28;
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /**
     * What API servers before Kubernetes 1.28 can do: they ask about objects with the label of a mode, which are namespaces.
     */
    public static final LabelSelector LABELLED = new LabelSelectorBuilder()
            .addNewMatchExpression()
            .withKey(Policy.MODE_LABEL)
            .withOperator("Exists")
            .endMatchExpression()
            .build();

    private static final Duration LOOK = Duration.ofMillis(500);
    /** After which somebody else's change of the configurations is noticed. */
    private static final Duration CHECK = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSuspension.class);

    private final KubernetesClient client;
    private final WebhookConfigurations configurations;
    private final Need need;
    private final Leadership leadership;
    private final Duration settled;
    private final BackgroundThread worker = new BackgroundThread("suspension");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private long neededAt = System.nanoTime();
    private @Nullable Boolean done;
    private long doneAt;

    /** Whether API servers have to call. */
    public interface Need {
        /** Null while that is not known. */
        @Nullable
        Boolean isThere();
    }

    /**
     * @param webhooks name of both our webhook configurations
     * @param settled how long there must have been no need before calls are suspended
     */
    public WebhookSuspension(
            KubernetesClient client, String webhooks, Need need, Leadership leadership, Duration settled) {
        this.client = client;
        this.configurations = new WebhookConfigurations(client, webhooks);
        this.need = need;
        this.leadership = leadership;
        this.settled = settled;
    }

    /** Starts to keep it, and does not wait; failed writes are retried. */
    public void start() {
        worker.repeat(LOOK, LOOK, this::reconcile);
    }

    private void reconcile() {
        long now = System.nanoTime();
        Boolean wanted = wanted(now);
        if (wanted == null || (wanted.equals(done) && now - doneAt < CHECK.toNanos())) {
            return;
        }
        try {
            for (Resource<GenericKubernetesResource> each : configurations.both()) {
                GenericKubernetesResource present = each.get();
                if (present != null && (hasLabel(present) != wanted || doesNotCall(present) != wanted)) {
                    write(present, wanted);
                }
            }
            done = wanted;
            doneAt = now;
            failureLog.end();
        } catch (RuntimeException e) {
            done = null;
            failureLog.say("cannot " + (wanted ? "suspend" : "resume") + " the calls of the webhooks", e);
        }
    }

    /** Whether calls are to be suspended; null if this replica leaves them as they are. */
    private @Nullable Boolean wanted(long now) {
        Boolean isNeeded = need.isThere();
        if (isNeeded == null) {
            return null;
        }
        if (isNeeded) {
            neededAt = now;
            return false;
        }
        boolean isSettled = now - neededAt >= settled.toNanos();
        return (isSettled && leadership.isHeld()) ? true : null;
    }

    /** Which only shows it: somebody may have changed it. */
    private static boolean hasLabel(GenericKubernetesResource configuration) {
        Map<String, String> labels = configuration.getMetadata().getLabels();
        return labels != null && "true".equals(labels.get(LABEL));
    }

    private static boolean doesNotCall(GenericKubernetesResource configuration) {
        return WebhookConfigurations.webhooks(configuration).stream()
                .anyMatch(webhook ->
                        isCondition(webhook.get("matchConditions")) || isSelector(webhook.get("objectSelector")));
    }

    private static boolean isCondition(@Nullable Object conditions) {
        return String.valueOf(conditions).contains("name=" + CONDITION);
    }

    private static boolean isSelector(@Nullable Object selector) {
        return String.valueOf(selector).contains("key=" + Policy.MODE_LABEL);
    }

    private void write(GenericKubernetesResource present, boolean isSuspended) {
        GenericKubernetesResource written = client.resource(isSuspended ? suspended(present) : resumed(present))
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        if (!isSuspended && (hasLabel(written) || doesNotCall(written))) {
            client.resource(withoutSuspension(written)).update();
        }
        LOG.info(
                "{} {}: API servers {}",
                present.getKind(),
                present.getMetadata().getName(),
                isSuspended ? "do not call, as no node is flagged" : "call again");
    }

    private GenericKubernetesResource suspended(GenericKubernetesResource present) {
        String expression = present.getKind().startsWith("Mutating") ? "false" : ONLY_NAMESPACES;
        Map.Entry<String, Object> suspending = hasConditions()
                ? Map.entry("matchConditions", List.of(Map.of("name", CONDITION, "expression", expression)))
                : Map.entry("objectSelector", LABELLED);
        List<Map<String, Object>> webhooks = WebhookConfigurations.webhooks(present).stream()
                .map(webhook -> Map.ofEntries(
                        Map.entry("name", Objects.requireNonNull(webhook.get("name"), "every webhook has a name")),
                        suspending))
                .toList();
        return head(present)
                .editMetadata()
                .addToLabels(LABEL, "true")
                .endMetadata()
                .addToAdditionalProperties("webhooks", webhooks)
                .build();
    }

    /** Of the API server that is asked now: it may be upgraded while this runs. */
    private boolean hasConditions() {
        Matcher minor = NUMBER.matcher(client.getKubernetesVersion().getMinor()); // some say 28+
        return minor.lookingAt() && Integer.parseInt(minor.group()) >= MINOR_WITH_CONDITIONS;
    }

    /** With nothing applied, what was applied before is removed. */
    private static GenericKubernetesResource resumed(GenericKubernetesResource present) {
        return head(present).build();
    }

    /** For what others own as well, having written what they read here, such as a backup: releasing it does not remove it. */
    private static GenericKubernetesResource withoutSuspension(GenericKubernetesResource configuration) {
        for (Map<String, Object> webhook : WebhookConfigurations.webhooks(configuration)) {
            if (webhook.get("matchConditions") instanceof List<?> conditions) {
                conditions.removeIf(WebhookSuspension::isCondition);
            }
            if (isSelector(webhook.get("objectSelector"))) {
                webhook.remove("objectSelector");
            }
        }
        return configuration
                .edit()
                .editMetadata()
                .removeFromLabels(LABEL)
                .endMetadata()
                .build();
    }

    private static GenericKubernetesResourceBuilder head(GenericKubernetesResource present) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(present.getApiVersion())
                .withKind(present.getKind())
                .withNewMetadata()
                .withName(present.getMetadata().getName())
                .endMetadata();
    }

    @Override
    public void close() {
        worker.close();
    }
}
