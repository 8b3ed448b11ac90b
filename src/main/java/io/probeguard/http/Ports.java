package io.probeguard.http;

import org.jspecify.annotations.Nullable;

/**
 * What is served where.
 *
 * @param webhooks the port for API servers, over HTTPS; 0 for any free port
 * @param management null for none
 * @param console null for none
 */
public record Ports(
        int webhooks,
        @Nullable Management management,
        @Nullable ConsoleEndpoint console) {
    /** The webhooks alone, on any free port. */
    public static final Ports ANY = new Ports(0, null, null);
}
