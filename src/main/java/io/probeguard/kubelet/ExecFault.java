package io.probeguard.kubelet;

import io.probeguard.kubelet.Fault.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How exec fails on a node, as far as that is known of it: how often, and for how long, is known of no build. */
public enum ExecFault {
    ALWAYS_FAILS(Kind.ALWAYS_FAILS, 0),
    ALWAYS_HANGS(Kind.HANGS, 0),
    MAY_FAIL(Kind.MAY_FAIL, 0),
    MAY_HANG(Kind.MAY_HANG, 0),
    /** Commands may start late; a minute is more than most timeouts, and less than what the kubelet waits for a runtime. */
    MAY_BE_SLOW(Kind.MAY_BE_SLOW, 60),
    /** The command runs, and its end is not told. */
    NO_ANSWER(Kind.NO_ANSWER, 0),
    MAY_NOT_ANSWER(Kind.MAY_NOT_ANSWER, 0),
    /** Commands may seem to run long, by as much as they may start late. */
    MAY_RUN_LONG(Kind.COMMAND_MAY_BE_SLOW, 60),
    /** Nothing is wrong with exec until the container ends: that may never be told, and then all of it fails. */
    MAY_LOSE_CONTAINER(null, 0);

    private final @Nullable Kind kind;
    private final double number;

    ExecFault(@Nullable Kind kind, double number) {
        this.kind = kind;
        this.number = number;
    }

    boolean hangs() {
        return this == ALWAYS_HANGS || this == MAY_HANG || this == NO_ANSWER || this == MAY_NOT_ANSWER;
    }

    /** The same for a simulation: of all containers, from the start. */
    Faults faults() {
        return kind == null
                ? Faults.NONE
                : new Faults(List.of(new Fault(kind.toString(), null, null, kind, number, 0)));
    }
}
