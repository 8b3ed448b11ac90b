package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;

/** Whatever a policy file holds: it is a policy, or an error that says where. */
class PolicyFuzzTest {
    @FuzzTest
    @Timeout(30)
    void anyPolicy(byte[] content) {
        List<DocumentException> errors = new ArrayList<>();
        try {
            Policy policy = PolicyFile.read(
                    new SourceText("policy.yaml", new String(content, StandardCharsets.UTF_8)), errors::add);
            assertThat(policy.modeFor("shop")).isNotNull();
        } catch (DocumentException e) {
            errors.add(e);
        }
        assertThat(errors)
                .allSatisfy(error -> assertThat(error.located())
                        .startsWith("policy.yaml:")
                        .matches(text -> text.chars().noneMatch(Character::isISOControl)));
    }
}
