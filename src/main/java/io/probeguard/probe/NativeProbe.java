package io.probeguard.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The native probe that checks what a command checks. Only for commands that can be told for sure: what would check less,
 * such as tcpSocket for {@code redis-cli ping}, or ask something else, such as another host, has none. An option that is not
 * listed here may change what is checked, so a command with one has none either.
 *
 * <p>Sources: kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes,
 * github.com/grpc-ecosystem/grpc-health-probe (main.go), curl.se/docs/manpage.html, the manuals of GNU wget and nc.
 *
 * @param yaml the fields that replace {@code exec}, in YAML flow style
 * @param since the first Kubernetes that has it by default; null where every one has
 * @param remark what else may differ from the command; null where only the address does
 */
public record NativeProbe(
        String yaml, @Nullable String since, @Nullable String remark) {
    /** KEP-2727: alpha in 1.23, on by default from 1.24 on. */
    private static final String GRPC_SINCE = "1.24";

    private static final String HEAD =
            "GNU wget --spider sends HEAD, the kubelet GET: the same where the server answers both alike";

    private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash");
    private static final Set<String> LOCAL = Set.of("", "localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0");
    private static final String NOWHERE = "/dev/null";
    private static final List<String> FAILURES = List.of("1", "$?");

    /** No program that is known here needs more, and picocli takes a while for many. */
    private static final int MAX_WORDS = 100;

    /** What makes a script more than one command with literal words. */
    private static final Pattern NOT_SIMPLE = Pattern.compile("[$`|;&<>(){}*?~!\\\\\\n#]");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)");
    private static final Pattern URL =
            Pattern.compile("(?:(https?)://)?(\\[[^\\]]*]|[^/:?#@\\s]+)(?::(\\d{1,5}))?(/[^#\\s]*)?");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\]]*]|[^:/]*):(\\d{1,5})");
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m)?");
    private static final Pattern HEADER = Pattern.compile("([^:\\s]++):\\s*+(.+)");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9/._-]*");

    private static final CommandSpec GRPC = spec(false)
            .addOption(value("--addr", "-addr"))
            .addOption(value("--service", "-service"))
            .addOption(value("--connect-timeout", "-connect-timeout"))
            .addOption(value("--rpc-timeout", "-rpc-timeout"))
            .addOption(value("--user-agent", "-user-agent"))
            .addOption(flag("-v", "--v"));
    private static final CommandSpec CURL = spec(true)
            .addOption(flag("-f", "--fail", "--fail-with-body"))
            .addOption(flag("-k", "--insecure"))
            .addOption(flag("-s", "--silent"))
            .addOption(flag("-S", "--show-error"))
            .addOption(flag("-v", "--verbose"))
            .addOption(flag("-i", "--include"))
            .addOption(value("-o", "--output"))
            .addOption(value("-H", "--header"))
            .addOption(value("-m", "--max-time"))
            .addOption(value("--connect-timeout"));
    private static final CommandSpec WGET = spec(true)
            .addOption(flag("-q", "--quiet"))
            .addOption(flag("-nv", "--no-verbose"))
            .addOption(value("-O", "--output-document"))
            .addOption(flag("--spider"))
            .addOption(value("-T", "--timeout"))
            .addOption(value("-t", "--tries"))
            .addOption(flag("--no-check-certificate"))
            .addOption(value("--header"));
    private static final CommandSpec NC = spec(true)
            .addOption(flag("-z"))
            .addOption(flag("-v"))
            .addOption(flag("-n"))
            .addOption(value("-w"));

    private static CommandSpec spec(boolean clusters) {
        CommandSpec spec = CommandSpec.create();
        spec.parser().posixClusteredShortOptionsAllowed(clusters).overwrittenOptionsAllowed(true);
        return spec.addPositional(PositionalParamSpec.builder()
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
    }

    private static OptionSpec flag(String... names) {
        return OptionSpec.builder(names).type(boolean.class).build();
    }

    private static OptionSpec value(String... names) {
        return OptionSpec.builder(names)
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build();
    }

    /**
     * What replaces a command.
     *
     * @param timing of the probe, which keeps its own; a longer timeout of the command is added to the fields
     */
    public static Optional<NativeProbe> of(List<String> command, Timing timing) {
        List<String> words = simple(command);
        if (words.isEmpty() || words.size() > MAX_WORDS) {
            return Optional.empty();
        }
        String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
        try {
            return switch (program(words.get(0))) {
                case "grpc_health_probe", "grpc-health-probe" -> grpc(parse(GRPC, arguments), timing);
                case "curl" -> curl(parse(CURL, arguments), timing);
                case "wget" -> wget(parse(WGET, arguments), timing);
                case "nc", "ncat", "netcat" -> nc(parse(NC, arguments), timing);
                default -> Optional.empty();
            };
        } catch (ParameterException unknownOption) {
            return Optional.empty();
        }
    }

    private static ParseResult parse(CommandSpec spec, String... arguments) {
        return new CommandLine(spec).parseArgs(arguments);
    }

    private static String program(String word) {
        return word.substring(word.lastIndexOf('/') + 1);
    }

    /** The words of a command, or of the one simple command that a shell runs; none where that is more. */
    private static List<String> simple(List<String> command) {
        boolean isScript = command.size() == 3
                && SHELLS.contains(program(command.get(0)))
                && command.get(1).equals("-c");
        if (!isScript) {
            return command;
        }
        String script = withoutEffect(command.get(2).strip());
        if (NOT_SIMPLE.matcher(script).find()) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(script);
        while (word.find()) {
            if (word.end() < script.length() && !Character.isWhitespace(script.charAt(word.end()))) {
                return List.of(); // quotes within a word
            }
            words.add(Stream.of(1, 2, 3)
                    .map(word::group)
                    .filter(part -> part != null)
                    .findFirst()
                    .orElse(""));
        }
        return !words.isEmpty() && words.get(0).equals("exec") ? words.subList(1, words.size()) : words;
    }

    /** Without what changes, at its end, neither what is checked nor whether it succeeds. */
    private static String withoutEffect(String script) {
        int end = script.length();
        for (int before = withoutRedirection(script, end); before >= 0; ) {
            end = before;
            before = withoutRedirection(script, end);
        }
        return script.substring(0, end);
    }

    /**
     * Where a script ends without the redirection to nowhere, or the {@code || exit 1}, that it ends with.
     *
     * @param end of what is looked at
     * @return negative if it ends with neither
     */
    private static int withoutRedirection(String script, int end) {
        if (endsWith(script, end, "2>&1")) {
            return beforeBlanks(script, end - "2>&1".length(), 1);
        }
        if (endsWith(script, end, NOWHERE)) {
            int operator = beforeBlanks(script, end - NOWHERE.length(), 0);
            if (!endsWith(script, operator, ">")) {
                return -1;
            }
            boolean isNumbered = endsWith(script, operator, "1>") || endsWith(script, operator, "2>");
            return beforeBlanks(script, operator - (isNumbered ? 2 : 1), 1);
        }
        for (String status : FAILURES) {
            int exit = endsWith(script, end, status) ? beforeBlanks(script, end - status.length(), 1) : -1;
            if (endsWith(script, exit, "exit")) {
                int or = beforeBlanks(script, exit - "exit".length(), 0);
                return endsWith(script, or, "||") ? beforeBlanks(script, or - "||".length(), 0) : -1;
            }
        }
        return -1;
    }

    private static boolean endsWith(String script, int end, String word) {
        return script.startsWith(word, end - word.length());
    }

    /** Where the blanks before a place begin; negative if there are fewer than there must be. */
    private static int beforeBlanks(String script, int end, int least) {
        int start = end;
        while (start > 0 && Character.isWhitespace(script.charAt(start - 1))) {
            start--;
        }
        return end - start >= least ? start : -1;
    }

    private static Optional<NativeProbe> grpc(ParseResult options, Timing timing) {
        Matcher address = HOST_AND_PORT.matcher(last(options, "--addr", ""));
        if (!operands(options).isEmpty() || !address.matches() || !LOCAL.contains(address.group(1))) {
            return Optional.empty();
        }
        String service = last(options, "--service", "");
        boolean hasTimeout = options.hasMatchedOption("--connect-timeout") || options.hasMatchedOption("--rpc-timeout");
        double seconds = hasTimeout
                ? seconds(last(options, "--connect-timeout", "1s")) + seconds(last(options, "--rpc-timeout", "1s"))
                : 0;
        return Optional.of(new NativeProbe(
                "grpc: {port: " + address.group(2) + (service.isEmpty() ? "" : ", service: " + scalar(service)) + "}"
                        + timeout(seconds, timing),
                GRPC_SINCE,
                null));
    }

    /** Without {@code -f} it succeeds with any answer, and httpGet would check more. */
    private static Optional<NativeProbe> curl(ParseResult options, Timing timing) {
        return options.hasMatchedOption("-f")
                ? http(
                        options,
                        options.hasMatchedOption("-k"),
                        all(options, "-H"),
                        Math.max(seconds(last(options, "-m", "0")), seconds(last(options, "--connect-timeout", "0"))),
                        timing,
                        null)
                : Optional.empty();
    }

    /** It fails from status 400 on, as httpGet does. */
    private static Optional<NativeProbe> wget(ParseResult options, Timing timing) {
        return last(options, "-t", "1").equals("1")
                ? http(
                        options,
                        options.hasMatchedOption("--no-check-certificate"),
                        all(options, "--header"),
                        seconds(last(options, "-T", "0")),
                        timing,
                        options.hasMatchedOption("--spider") ? HEAD : null)
                : Optional.empty();
    }

    /** The kubelet checks no certificate, so neither may the command. */
    private static Optional<NativeProbe> http(
            ParseResult options,
            boolean isInsecure,
            List<String> headers,
            double seconds,
            Timing timing,
            @Nullable String remark) {
        List<String> operands = operands(options);
        Matcher url = URL.matcher(operands.size() == 1 ? operands.get(0) : "");
        if (!url.matches() || !LOCAL.contains(url.group(2))) {
            return Optional.empty();
        }
        boolean isHttps = "https".equals(url.group(1));
        List<String> parsed = new ArrayList<>();
        for (String header : headers) {
            Matcher parts = HEADER.matcher(header);
            if (!parts.matches()) {
                return Optional.empty();
            }
            parsed.add("{name: " + scalar(parts.group(1)) + ", value: " + scalar(parts.group(2)) + "}");
        }
        if (isHttps && !isInsecure) {
            return Optional.empty();
        }
        String port = url.group(3) == null ? (isHttps ? "443" : "80") : url.group(3);
        return Optional.of(new NativeProbe(
                "httpGet: {path: " + scalar(url.group(4) == null ? "/" : url.group(4)) + ", port: " + port
                        + (isHttps ? ", scheme: HTTPS" : "")
                        + (parsed.isEmpty() ? "" : ", httpHeaders: [" + String.join(", ", parsed) + "]")
                        + "}" + timeout(seconds, timing),
                null,
                remark));
    }

    private static Optional<NativeProbe> nc(ParseResult options, Timing timing) {
        List<String> operands = operands(options);
        return options.hasMatchedOption("-z")
                        && operands.size() == 2
                        && LOCAL.contains(operands.get(0))
                        && operands.get(1).matches("\\d{1,5}")
                ? Optional.of(new NativeProbe(
                        "tcpSocket: {port: " + operands.get(1) + "}"
                                + timeout(seconds(last(options, "-w", "0")), timing),
                        null,
                        null))
                : Optional.empty();
    }

    private static List<String> all(ParseResult options, String name) {
        return options.matchedOptionValue(name, List.of());
    }

    private static String last(ParseResult options, String name, String byDefault) {
        List<String> values = all(options, name);
        return values.isEmpty() ? byDefault : values.get(values.size() - 1);
    }

    private static List<String> operands(ParseResult options) {
        return options.matchedPositionalValue(0, List.of());
    }

    /** A number of seconds, or a Go duration of one unit; 0 where it is neither. */
    private static double seconds(String text) {
        Matcher duration = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!duration.matches()) {
            return 0;
        }
        double number = Double.parseDouble(duration.group(1));
        return "ms".equals(duration.group(2)) ? number / 1000 : "m".equals(duration.group(2)) ? number * 60 : number;
    }

    private static String timeout(double seconds, Timing timing) {
        int needed = (int) Math.ceil(seconds);
        return needed > timing.timeout() ? ", timeoutSeconds: " + needed : "";
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches()
                ? text
                : JsonNodeFactory.instance.stringNode(text).toString();
    }
}
