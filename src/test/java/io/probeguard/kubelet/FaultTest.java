package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.probe.Container;
import io.probeguard.probe.Pods;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    always-fails                     | -   | -         | ALWAYS_FAILS    | 0   | 0
                    hangs@40                         | -   | -         | HANGS           | 0   | 40
                    sometimes-fails:1                | -   | -         | SOMETIMES_FAILS | 1   | 0
                    app=command-fails                | app | -         | COMMAND_FAILS   | 0   | 0
                    app/liveness=command-slow:2.5@7  | app | LIVENESS  | COMMAND_SLOW    | 2.5 | 7
                    app/preStop=slow:5               | app | PRE_STOP  | SLOW            | 5   | 0
                    app/postStart=sometimes-fails:3  | app | POST_START | SOMETIMES_FAILS | 3  | 0
                    """)
    void isRead(String text, String container, String handler, Fault.Kind kind, double number, double after) {
        Fault fault = Fault.parse(text);
        assertThat(fault.container()).isEqualTo(container);
        assertThat(fault.handler() == null ? null : fault.handler().name()).isEqualTo(handler);
        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.number()).isEqualTo(number);
        assertThat(fault.after()).isEqualTo(after);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    explodes            | unknown fault "explodes"; expected one of: command-fails, command-slow:S, always-fails, sometimes-fails:N, hangs, slow:S, may-fail, may-hang, may-be-slow:S, no-answer, may-not-answer, command-may-be-slow:S
                    app/lives=hangs     | unknown handler "lives"; expected one of: liveness, readiness, startup, postStart, preStop
                    slow                | slow requires a number: slow:S
                    slow:fast           | slow:S: invalid number "fast"; expected a value like 3 or 2.5
                    sometimes-fails:0   | sometimes-fails:N requires a whole number of at least 1, not "0"
                    sometimes-fails:1.5 | sometimes-fails:N requires a whole number of at least 1, not "1.5"
                    hangs:3             | hangs takes no number, got "3"
                    hangs@soon          | @SECONDS: invalid number "soon"; expected a value like 3 or 2.5
                    hangs@-1            | @SECONDS: invalid number "-1"; expected a value like 3 or 2.5
                    =hangs              | invalid fault "=hangs"; expected [CONTAINER[/HANDLER]=]KIND[@SECONDS], where KIND is one of command-fails, command-slow:S, always-fails, sometimes-fails:N, hangs, slow:S, may-fail, may-hang, may-be-slow:S, no-answer, may-not-answer, command-may-be-slow:S
                    """)
    void isRefused(String text, String message) {
        assertThatThrownBy(() -> Fault.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Container container(String fields) {
        return Objects.requireNonNull(Pods.pod("containers: [{name: app, " + fields + "}]")
                .pod()
                .containers()
                .get(0));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    hangs                        | livenessProbe: {httpGet: {port: 1}} | true
                    app=hangs                    | livenessProbe: {httpGet: {port: 1}} | true
                    other=hangs                  | livenessProbe: {exec: {}}           | false
                    app/liveness=hangs           | livenessProbe: {exec: {}}           | true
                    app/liveness=hangs           | livenessProbe: {httpGet: {port: 1}} | false
                    app/liveness=hangs           | readinessProbe: {exec: {}}          | false
                    other/liveness=hangs         | livenessProbe: {exec: {}}           | false
                    app/liveness=command-fails   | livenessProbe: {exec: {}}           | true
                    app/liveness=command-fails   | livenessProbe: {httpGet: {port: 1}} | true
                    app/liveness=command-fails   | readinessProbe: {httpGet: {port: 1}} | false
                    """)
    void canHitWhatItNames(String fault, String fields, boolean canHit) {
        assertThat(Fault.parse(fault).canHit(container(fields))).isEqualTo(canHit);
    }

    @ParameterizedTest
    @CsvSource({"hangs, 0", "app=hangs, 1", "app/liveness=hangs, 2"})
    void whatNamesMoreIsMoreSpecific(String fault, int specificity) {
        assertThat(Fault.parse(fault).specificity()).isEqualTo(specificity);
    }
}
