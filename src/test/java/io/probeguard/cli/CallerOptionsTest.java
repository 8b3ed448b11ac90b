package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.http.BearerTokens;
import io.probeguard.manifest.Inputs.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CallerOptionsTest {
    @TempDir
    Path folder;

    private CallerOptions withToken(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), content);
        return CommandLine.populateCommand(new CallerOptions(), "--token-file=" + file);
    }

    @Test
    void eachLineIsAToken() throws Exception {
        BearerTokens tokens = withToken("s3cret\n\nn3xt\n").authentication().tokens();
        assertThat(Objects.requireNonNull(tokens).accepted()).containsExactly("s3cret", "n3xt");
    }

    @Test
    void anEmptyTokenIsRefused() throws Exception {
        CallerOptions options = withToken("\n");
        assertThatThrownBy(options::authentication)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is empty");
    }
}
