package io.probeguard.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class KeywordTest {
    private enum Effect implements Keyword {
        SLOW,
        ALWAYS_FAILS,
        PRE_STOP {
            @Override
            public String word() {
                return "preStop";
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"SLOW, slow", "ALWAYS_FAILS, always-fails", "PRE_STOP, preStop"})
    void aConstantIsReadAndWrittenAsItsWord(Effect effect, String word) {
        String json = "\"" + word + "\"";
        assertThat(Keyword.find(Effect.class, word)).contains(effect);
        assertThat(JsonMapper.shared().writeValueAsString(effect)).isEqualTo(json);
        assertThat(JsonMapper.shared().readValue(json, Effect.class)).isEqualTo(effect);
    }

    @ParameterizedTest
    @CsvSource({"SLOW", "always_fails", "pre-stop", "''"})
    void otherWordsAreNone(String word) {
        assertThat(Keyword.find(Effect.class, word)).isEmpty();
    }

    @Test
    void allWordsAreNamedInOrder() {
        assertThat(Keyword.words(Effect.class)).isEqualTo("slow, always-fails, preStop");
    }
}
