package io.probeguard.kubelet;

import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one handler, those of one container, or all of them go wrong.
 *
 * @param text as it was given
 * @param container null for all containers
 * @param handler null for all handlers that exec
 * @param number N of {@code sometimes-fails:N}, or a number of seconds; 0 for kinds without
 * @param after seconds from each start of the container to the fault's beginning
 */
public record Fault(
        String text, @Nullable String container, @Nullable Handler handler, Kind kind, double number, double after) {

    private static final Pattern FAULT =
            Pattern.compile("(?:(?<container>[^=/@]+)(?:/(?<handler>[^=@]+))?=)?(?<kind>[^=@:/]+)"
                    + "(?::(?<number>[^=@]+))?(?:@(?<after>[^=@]+))?");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}(\\.\\d{1,3})?");

    public enum Kind {
        /** The command runs and exits non-zero. */
        COMMAND_FAILS("command-fails", null, false),
        /** The command takes so many seconds, and exits 0. */
        COMMAND_SLOW("command-slow", "S", false),
        /** No exec gets into the container. */
        ALWAYS_FAILS("always-fails", null, true),
        /** Each Nth exec of a container does not. */
        SOMETIMES_FAILS("sometimes-fails", "N", true),
        /** No exec comes back. */
        HANGS("hangs", null, true),
        /** Every exec starts its command so many seconds late. */
        SLOW("slow", "S", true),
        /** Any exec may fail, and none need. */
        MAY_FAIL("may-fail", null, true),
        /** Any exec may not come back. */
        MAY_HANG("may-hang", null, true),
        /** Any exec may start its command up to so many seconds late. */
        MAY_BE_SLOW("may-be-slow", "S", true),
        /** Every command runs, and the runtime never tells that it ended. */
        NO_ANSWER("no-answer", null, true),
        /** Any command may run without the runtime ever telling that it ended. */
        MAY_NOT_ANSWER("may-not-answer", null, true),
        /** Any command may seem to run up to so many seconds longer. */
        COMMAND_MAY_BE_SLOW("command-may-be-slow", "S", false);

        private final String word;
        private final @Nullable String number;
        private final boolean ofExec;

        Kind(String word, @Nullable String number, boolean ofExec) {
            this.word = word;
            this.number = number;
            this.ofExec = ofExec;
        }

        /** Whether it is the runtime's fault, rather than the command's. */
        public boolean isOfExec() {
            return ofExec;
        }

        @Override
        public String toString() {
            return number == null ? word : word + ":" + number;
        }
    }

    /**
     * Reads {@code [CONTAINER[/HANDLER]=]KIND[@SECONDS]}.
     *
     * @throws IllegalArgumentException where it cannot be read, saying what is allowed
     */
    public static Fault parse(String text) {
        Matcher matcher = FAULT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("invalid fault \"" + text
                    + "\"; expected [CONTAINER[/HANDLER]=]KIND[@SECONDS], where KIND is one of " + kinds());
        }
        Kind kind = kind(matcher.group("kind"));
        return new Fault(
                text,
                matcher.group("container"),
                matcher.group("handler") == null ? null : handler(matcher.group("handler")),
                kind,
                number(kind, matcher.group("number")),
                matcher.group("after") == null ? 0 : seconds(matcher.group("after"), "@SECONDS"));
    }

    private static Kind kind(String word) {
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown fault \"" + word + "\"; expected one of: " + kinds());
    }

    private static String kinds() {
        return Arrays.stream(Kind.values()).map(Kind::toString).collect(Collectors.joining(", "));
    }

    private static Handler handler(String word) {
        for (Handler handler : Handler.values()) {
            if (handler.word().equals(word)) {
                return handler;
            }
        }
        throw new IllegalArgumentException("unknown handler \"" + word + "\"; expected one of: "
                + Arrays.stream(Handler.values()).map(Handler::word).collect(Collectors.joining(", ")));
    }

    private static double number(Kind kind, @Nullable String written) {
        if (kind.number == null) {
            if (written != null) {
                throw new IllegalArgumentException(kind + " takes no number, got \"" + written + "\"");
            }
            return 0;
        }
        if (written == null) {
            throw new IllegalArgumentException(kind.word + " requires a number: " + kind);
        }
        double number = seconds(written, kind.toString());
        if (kind == Kind.SOMETIMES_FAILS && (number < 1 || number != Math.rint(number))) {
            throw new IllegalArgumentException(
                    kind + " requires a whole number of at least 1, not \"" + written + "\"");
        }
        return number;
    }

    private static double seconds(String written, String where) {
        if (!NUMBER.matcher(written).matches()) {
            throw new IllegalArgumentException(
                    where + ": invalid number \"" + written + "\"; expected a value like 3 or 2.5");
        }
        return Double.parseDouble(written);
    }

    /** Whether it is meant for that handler of that container. */
    boolean names(@Nullable String ofContainer, Handler ofHandler) {
        return (container == null || container.equals(ofContainer)) && (handler == null || handler == ofHandler);
    }

    /** Whether a container has what it names: exec faults need a handler that execs. */
    public boolean canHit(Container of) {
        if (handler == null) {
            return container == null || container.equals(of.name());
        }
        return names(of.name(), handler) && (kind.isOfExec() ? of.execs(handler) : of.has(handler));
    }

    /** 0 for what is meant for all, more for less. */
    int specificity() {
        return (container == null ? 0 : 1) + (handler == null ? 0 : 1);
    }
}
