package io.probeguard.http;

import io.probeguard.admission.MalformedReviewException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of a webhook: reads its body as it arrives, answers, and writes the answer as the caller takes it; no thread
 * waits meanwhile. A refused body is read and dropped, so that its caller, who may read only then, gets to know why.
 *
 * <p>The container calls it from one thread at a time.
 */
final class AdmissionCall implements ReadListener, WriteListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionCall.class);

    private static final int FIRST_PIECE = 16 * 1024;

    /** Nobody reads what is written here. */
    private static final byte[] DROPPED = new byte[FIRST_PIECE];

    private final AsyncContext call;
    private final RequestMemory memory;
    private final Answerer answerer;
    private final int expected;
    private final ServletInputStream in;
    private final ServletOutputStream out;
    private @Nullable Refusal refusal;
    private byte[] body = {};
    private int length;
    private byte @Nullable [] answer;
    private boolean isComplete;

    /** Answers a complete body. */
    interface Answerer {
        /** @throws MalformedReviewException if the body is not an AdmissionReview */
        byte[] answer(byte[] body) throws MalformedReviewException;
    }

    /**
     * @param length of the body, as its caller says, in bytes; negative if he does not
     * @param refusal null if it is to be answered
     */
    AdmissionCall(AsyncContext call, RequestMemory memory, Answerer answerer, long length, @Nullable Refusal refusal)
            throws IOException {
        this.call = call;
        this.memory = memory;
        this.answerer = answerer;
        this.expected = length < 0 || length > AdmissionServlet.MAX_BODY ? AdmissionServlet.MAX_BODY : (int) length;
        this.refusal = refusal;
        this.in = call.getRequest().getInputStream();
        this.out = call.getResponse().getOutputStream();
    }

    void start() {
        call.addListener(this);
        in.setReadListener(this);
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (in.isReady()) {
            boolean isKept = refusal == null && (length < body.length || grow());
            int read = isKept ? in.read(body, length, body.length - length) : in.read(DROPPED);
            if (read < 0) {
                return;
            }
            if (isKept) {
                length += read;
            } else if (refusal == null) {
                refuse(Refusal.TOO_LARGE);
            }
        }
    }

    /**
     * Makes room for what has arrived, not for what was announced, so that nobody takes memory by promises.
     *
     * @return false if there is no memory, or if the body has all the room that it may have
     */
    private boolean grow() {
        int size = Math.min(Math.max(FIRST_PIECE, body.length * 2), expected);
        if (size == body.length) {
            return false;
        }
        if (!memory.take(size - body.length, size)) {
            refuse(Refusal.TOO_MANY);
            return false;
        }
        body = Arrays.copyOf(body, size);
        return true;
    }

    private void refuse(Refusal reason) {
        refusal = reason;
        memory.giveBack(body.length);
        body = new byte[0];
    }

    @Override
    public void onAllDataRead() {
        if (refusal == null) {
            answer();
        }
        if (refusal != null) {
            answer = refusal.begin((HttpServletResponse) call.getResponse());
        }
        out.setWriteListener(this);
    }

    /** Errors are logged here, and only here. */
    private void answer() {
        try {
            answer = answerer.answer(length == body.length ? body : Arrays.copyOf(body, length));
            call.getResponse().setContentType("application/json");
            call.getResponse().setContentLength(answer.length);
        } catch (MalformedReviewException e) {
            refusal = new Refusal(HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("request failed", e);
            refusal = Refusal.INTERNAL;
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        if (answer != null) {
            out.write(answer);
            answer = null;
        }
        if (out.isReady()) {
            complete();
        }
    }

    private void complete() {
        if (!isComplete) {
            isComplete = true;
            call.complete();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
        HttpServletResponse response = (HttpServletResponse) call.getResponse();
        if (!response.isCommitted()) {
            response.setHeader("Connection", "close");
            Refusal.TOO_SLOW.send(response);
        }
        complete();
    }

    /** The caller has gone; that is his right, and nothing to log. Called as the listener of both directions. */
    @Override
    public void onError(Throwable error) {
        complete();
    }

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onComplete(AsyncEvent event) {
        memory.giveBack(body.length);
        body = new byte[0];
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
