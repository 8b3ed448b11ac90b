package io.probeguard.server;

import io.probeguard.background.ReportApi;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How what runs is reviewed.
 *
 * @param interval between two reviews; zero for none at all
 * @param ownerEvents whether workloads with affected pods get Events
 * @param policyReports which reports are kept; null for none
 */
public record BackgroundSettings(
        Duration interval, boolean ownerEvents, @Nullable ReportApi policyReports) {
    boolean isOff() {
        return interval.isZero();
    }
}
