package io.probeguard.kubelet;

import io.probeguard.kubelet.Fault.Kind;
import java.util.List;

/** How exec fails on a node, as far as that is known of it: how often, and for how long, is known of no build. */
public enum ExecFault {
    ALWAYS_FAILS(Kind.ALWAYS_FAILS, 0),
    ALWAYS_HANGS(Kind.HANGS, 0),
    MAY_FAIL(Kind.MAY_FAIL, 0),
    MAY_HANG(Kind.MAY_HANG, 0),
    /** Commands may start late; a minute is more than most timeouts, and less than what the kubelet waits for a runtime. */
    MAY_BE_SLOW(Kind.MAY_BE_SLOW, 60);

    private final Kind kind;
    private final double number;

    ExecFault(Kind kind, double number) {
        this.kind = kind;
        this.number = number;
    }

    boolean hangs() {
        return this == ALWAYS_HANGS || this == MAY_HANG;
    }

    /** The same for a simulation: of all containers, from the start. */
    Faults faults() {
        return new Faults(List.of(new Fault(kind.toString(), null, null, kind, number, 0)));
    }
}
