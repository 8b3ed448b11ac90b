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
 * Asks the API server whose a bearer token is (TokenReview), and whether its user may get a nonResourceURL
 * (SubjectAccessReview). Answers are cached for a minute. Anybody can make up tokens, so the number of concurrent requests
 * and of requests per second is bounded, and allowed tokens are cached apart from the others.
 */
public final class TokenAccess {
    private static final Duration CACHE_LIFETIME = Duration.ofMinutes(1);
    private static final int MAX_CACHED = 256;
    private static final int MAX_CONCURRENT = 4;
    private static final int MAX_PER_SECOND = 10;

    private static final Logger LOG = LoggerFactory.getLogger(TokenAccess.class);

    private final KubernetesClient client;
    private final String path;
    private final LongSupplier nanoTime;
    private final Map<String, CachedAnswer> allowed = bounded();
    private final Map<String, CachedAnswer> refused = bounded();
    private final Semaphore concurrent = new Semaphore(MAX_CONCURRENT);
    private final RequestBudget budget;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    public enum Answer {
        ALLOWED,
        /** The API server knows no such token. */
        UNKNOWN_TOKEN,
        /** Its user may not get the path. */
        FORBIDDEN,
        /** The API server does not answer, or gets too many requests already. */
        NO_ANSWER
    }

    /** @param until by {@link System#nanoTime()} */
    private record CachedAnswer(Answer answer, long until) {}

    /** @param path that users must be allowed to get, a nonResourceURL */
    public TokenAccess(KubernetesClient client, String path) {
        this(client, path, System::nanoTime);
    }

    TokenAccess(KubernetesClient client, String path, LongSupplier nanoTime) {
        this.client = client;
        this.path = path;
        this.nanoTime = nanoTime;
        this.budget = new RequestBudget(MAX_PER_SECOND, nanoTime);
    }

    private static Map<String, CachedAnswer> bounded() {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CachedAnswer> eldest) {
                return size() > MAX_CACHED;
            }
        });
    }

    public Answer of(String token) {
        String key = digest(token);
        Answer cached = cached(key);
        if (cached != null) {
            return cached;
        }
        if (!concurrent.tryAcquire()) {
            return Answer.NO_ANSWER;
        }
        try {
            return budget.tryAcquire() ? askAndCache(token, key) : Answer.NO_ANSWER;
        } catch (RuntimeException e) {
            failureLog.say("cannot review tokens", e);
            return Answer.NO_ANSWER;
        } finally {
            concurrent.release();
        }
    }

    private @Nullable Answer cached(String key) {
        for (Map<String, CachedAnswer> answers : List.of(allowed, refused)) {
            CachedAnswer cached = answers.get(key);
            if (cached != null && nanoTime.getAsLong() - cached.until < 0) {
                return cached.answer;
            }
        }
        return null;
    }

    private Answer askAndCache(String token, String key) {
        Answer answer = ask(token);
        (answer == Answer.ALLOWED ? allowed : refused)
                .put(key, new CachedAnswer(answer, nanoTime.getAsLong() + CACHE_LIFETIME.toNanos()));
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

    /** So that no token is kept in memory. */
    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
