package io.probeguard.kubelet;

import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults of a simulation, in the order in which they were given. */
public record Faults(List<Fault> faults) {
    public static final Faults NONE = new Faults(List.of());

    /** The runtime's fault with a handler; null where it has none, and for handlers that do not exec. */
    @Nullable
    Fault ofExec(Container container, Handler handler) {
        return container.execs(handler) ? strongest(container, handler, true) : null;
    }

    /** The command's fault of a handler; where it does not exec, a fault must name it to be meant. */
    @Nullable
    Fault ofCommand(Container container, Handler handler) {
        return strongest(container, handler, false);
    }

    /** The more specific wins, then the last. */
    private @Nullable Fault strongest(Container container, Handler handler, boolean ofExec) {
        Fault strongest = null;
        for (Fault fault : faults) {
            boolean meant = fault.kind().isOfExec() == ofExec
                    && fault.names(container.name(), handler)
                    && (container.execs(handler) || fault.handler() != null);
            if (meant && (strongest == null || fault.specificity() >= strongest.specificity())) {
                strongest = fault;
            }
        }
        return strongest;
    }
}
