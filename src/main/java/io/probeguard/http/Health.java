package io.probeguard.http;

import org.jspecify.annotations.Nullable;

/** What {@code /readyz} says of things outside of the server. */
public interface Health {
    /** Why it is not ready; null if it is. */
    @Nullable
    String notReady();

    /** What people should look at although it is ready; null if there is nothing. */
    default @Nullable String remark() {
        return null;
    }
}
