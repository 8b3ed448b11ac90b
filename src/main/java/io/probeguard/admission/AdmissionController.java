package io.probeguard.admission;

import io.probeguard.admission.Admission.Webhook;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The two endpoints that the API server calls.
 *
 * <p>Whatever is not a whole AdmissionReview is refused with an HTTP status, and so is a fault of our own: the webhook's
 * failurePolicy then decides, which is Ignore unless an admin changed it.
 */
@RestController
public class AdmissionController {
    /** The API server takes objects of up to 3 MiB, and an update sends the old one along. */
    static final int LARGEST_BODY = 6 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionController.class);

    private static final long LONG = Duration.ofMinutes(1).toNanos();

    private final Admission admission;

    public AdmissionController(Admission admission) {
        this.admission = admission;
    }

    @PostMapping(path = "/mutate", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> mutate(HttpServletRequest request, @RequestParam(required = false) String timeout)
            throws IOException {
        return answer(Webhook.MUTATE, request, timeout);
    }

    @PostMapping(path = "/validate", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> validate(HttpServletRequest request, @RequestParam(required = false) String timeout)
            throws IOException {
        return answer(Webhook.VALIDATE, request, timeout);
    }

    private ResponseEntity<byte[]> answer(Webhook webhook, HttpServletRequest http, @Nullable String timeout)
            throws IOException {
        long deadline = System.nanoTime() + nanos(timeout);
        byte[] body = http.getContentLengthLong() > LARGEST_BODY
                ? null
                : http.getInputStream().readNBytes(LARGEST_BODY + 1);
        if (body == null || body.length > LARGEST_BODY) {
            return refuse(HttpStatus.CONTENT_TOO_LARGE, "the body is larger than " + LARGEST_BODY + " bytes");
        }
        try {
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(admission.answer(webhook, body, deadline));
        } catch (MalformedReviewException e) {
            return refuse(HttpStatus.BAD_REQUEST, e.getMessage());
        }
    }

    /** Whatever went wrong is logged here, and only here. */
    @ExceptionHandler(RuntimeException.class)
    ResponseEntity<byte[]> fault(RuntimeException fault) {
        LOG.error("answered with 500", fault);
        return refuse(HttpStatus.INTERNAL_SERVER_ERROR, "probe-guard could not judge this request; its log says why");
    }

    /** How long the API server waits, as it says itself ({@code 2s}); long where it does not say. */
    private static long nanos(@Nullable String timeout) {
        try {
            return timeout == null ? LONG : Duration.parse("PT" + timeout).toNanos();
        } catch (DateTimeException | ArithmeticException e) {
            return LONG;
        }
    }

    private static ResponseEntity<byte[]> refuse(HttpStatus status, String reason) {
        return ResponseEntity.status(status)
                .contentType(MediaType.TEXT_PLAIN)
                .body((reason + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
