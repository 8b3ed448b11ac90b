package io.probeguard.admission;

/** A request body that is not an AdmissionReview. */
public final class MalformedReviewException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String message;

    MalformedReviewException(String message) {
        super(message);
        this.message = message;
    }

    /** What is wrong with the body; never null. */
    @Override
    public String getMessage() {
        return message;
    }
}
