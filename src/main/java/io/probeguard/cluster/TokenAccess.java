package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.text.RepeatedFailureLog;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server who a bearer token belongs to (TokenReview), and whether its user may get a path that is no resource
 * (SubjectAccessReview). Answers are remembered for a minute. Anybody can make up tokens, so that only a few are asked
 * about at a time and in a second, and those that were let in are remembered apart from the others.
 */
public final class TokenAccess {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 256;
    private static final int MOST_AT_A_TIME = 4;
    private static final int MOST_A_SECOND = 10;

    private static final Logger LOG = LoggerFactory.getLogger(TokenAccess.class);

    private final KubernetesClient client;
    private final String path;
    private final LongSupplier nanoTime;
    private final Map<String, Known> letIn = bounded();
    private final Map<String, Known> refused = bounded();
    private final Semaphore asking = new Semaphore(MOST_AT_A_TIME);
    private final RequestBudget limit;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    public enum Answer {
        ALLOWED,
        /** The token is nobody's. */
        UNKNOWN_TOKEN,
        /** Its user may not. */
        FORBIDDEN,
        /** The API server does not tell now, or is asked too much already. */
        NO_ANSWER
    }

    /** @param until by {@link System#nanoTime()} */
    private record Known(Answer answer, long until) {}

    /** @param path that users must be allowed to get */
    public TokenAccess(KubernetesClient client, String path) {
        this(client, path, System::nanoTime);
    }

    TokenAccess(KubernetesClient client, String path, LongSupplier nanoTime) {
        this.client = client;
        this.path = path;
        this.nanoTime = nanoTime;
        this.limit = new RequestBudget(MOST_A_SECOND, nanoTime);
    }

    private static Map<String, Known> bounded() {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                return size() > MOST_REMEMBERED;
            }
        });
    }

    public Answer of(String token) {
        String key = digest(token);
        Answer before = remembered(key);
        if (before != null) {
            return before;
        }
        if (!asking.tryAcquire()) {
            return Answer.NO_ANSWER;
        }
        try {
            return limit.tryAcquire() ? askAndRemember(token, key) : Answer.NO_ANSWER;
        } catch (RuntimeException e) {
            failureLog.say("cannot ask the API server about tokens", e);
            return Answer.NO_ANSWER;
        } finally {
            asking.release();
        }
    }

    private @Nullable Answer remembered(String key) {
        for (Map<String, Known> answers : List.of(letIn, refused)) {
            Known known = answers.get(key);
            if (known != null && nanoTime.getAsLong() - known.until < 0) {
                return known.answer;
            }
        }
        return null;
    }

    private Answer askAndRemember(String token, String key) {
        Answer answer = ask(token);
        (answer == Answer.ALLOWED ? letIn : refused)
                .put(key, new Known(answer, nanoTime.getAsLong() + REMEMBERED.toNanos()));
        failureLog.end();
        return answer;
    }

    private Answer ask(String token) {
        TokenReview review = client.resource(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .endSpec()
                        .build())
                .create();
        if (review.getStatus() == null
                || !Boolean.TRUE.equals(review.getStatus().getAuthenticated())) {
            return Answer.UNKNOWN_TOKEN;
        }
        UserInfo user = review.getStatus().getUser();
        SubjectAccessReview access = client.resource(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user.getUsername())
                        .withUid(user.getUid())
                        .withGroups(user.getGroups())
                        .withExtra(user.getExtra())
                        .withNewNonResourceAttributes(path, "get")
                        .endSpec()
                        .build())
                .create();
        return Boolean.TRUE.equals(access.getStatus().getAllowed()) ? Answer.ALLOWED : Answer.FORBIDDEN;
    }

    /** So that no token is kept. */
    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
