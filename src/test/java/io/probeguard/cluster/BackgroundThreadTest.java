package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BackgroundThreadTest {
    @Test
    void aTaskThatThrowsIsLoggedAndRunsAgain(CapturedOutput output) throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        try (BackgroundThread thread = new BackgroundThread("nodes")) {
            thread.repeat(Duration.ZERO, Duration.ofMillis(1), () -> {
                runs.countDown();
                throw new IllegalStateException("odd node");
            });
            assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(output).contains("a task of the thread \"nodes\" failed", "odd node");
    }

    @Test
    void aTaskThatThrowsKeepsNoOtherFromRunning(CapturedOutput output) throws InterruptedException {
        CountDownLatch next = new CountDownLatch(1);
        try (BackgroundThread thread = new BackgroundThread("nodes")) {
            thread.execute(() -> {
                throw new IllegalStateException("executed");
            });
            thread.schedule(Duration.ZERO, () -> {
                throw new IllegalStateException("scheduled");
            });
            thread.schedule(Duration.ofMillis(1), next::countDown);
            assertThat(next.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(output).contains("executed", "scheduled");
    }
}
