package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server who a bearer token belongs to (TokenReview), and whether its user may get a path that is no resource
 * (SubjectAccessReview). Answers are remembered for a minute. Only a few are asked for at a time, so that nobody can keep
 * this server busy by making up tokens.
 */
public final class TokenAccess {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 256;
    private static final int MOST_AT_A_TIME = 4;

    private static final Logger LOG = LoggerFactory.getLogger(TokenAccess.class);

    private final KubernetesClient client;
    private final String path;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Semaphore asking = new Semaphore(MOST_AT_A_TIME);

    public enum Answer {
        ALLOWED,
        /** The token is nobody's. */
        UNKNOWN_TOKEN,
        /** Its user may not. */
        FORBIDDEN,
        /** The API server does not tell now. */
        NO_ANSWER
    }

    /** @param until by {@link System#nanoTime()} */
    private record Known(Answer answer, long until) {}

    /** @param path that users must be allowed to get */
    public TokenAccess(KubernetesClient client, String path) {
        this.client = client;
        this.path = path;
    }

    public Answer of(String token) {
        String key = digest(token);
        Known before = known.get(key);
        if (before != null && System.nanoTime() - before.until < 0) {
            return before.answer;
        }
        if (!asking.tryAcquire()) {
            return Answer.NO_ANSWER;
        }
        try {
            Answer answer = ask(token);
            if (known.size() >= MOST_REMEMBERED) {
                known.clear();
            }
            known.put(key, new Known(answer, System.nanoTime() + REMEMBERED.toNanos()));
            return answer;
        } catch (RuntimeException e) {
            LOG.warn("cannot ask the API server about a token: {}", e.getMessage());
            return Answer.NO_ANSWER;
        } finally {
            asking.release();
        }
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
