package io.probeguard.cli;

import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.text.Version;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code probe-guard COMMAND}, or {@code java -jar probe-guard.jar COMMAND}. */
@Command(
        name = ProbeGuard.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Finds exec probes that cannot work on the nodes they run on: some builds of container",
            "runtimes break exec, so that pods restart for ever or never become Ready."
        },
        footer = {"", "Use \"probe-guard COMMAND --help\" for more information about a command."})
public final class ProbeGuard {
    static final String NAME = "probe-guard";

    /** Exit code of wrong usage, or of input that cannot be read. */
    static final int USAGE = CommandLine.ExitCode.USAGE;
    /** Exit code of an internal error. */
    static final int INTERNAL_ERROR = 3;

    /** Names and classes, in the order of the help. */
    private static final Map<String, Class<?>> COMMANDS = commands();

    private static final String VERSION = "probe-guard " + Version.CURRENT;

    private ProbeGuard() {}

    public static void main(String[] args) {
        System.exit(run(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                args));
    }

    /** Runs a command and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new ProbeGuard());
        commandLine.getCommandSpec().version(VERSION);
        addCommands(commandLine, args);
        commandLine
                .setOut(out) // this and what follows holds for the commands that are there
                .setErr(err)
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(ProbeGuard::usageError)
                .setExecutionExceptionHandler(ProbeGuard::failed);
        try {
            return commandLine.execute(args);
        } catch (LinkageError | StackOverflowError | OutOfMemoryError e) { // picocli handles exceptions only
            return internalError(e, err);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("review", ReviewCommand.class);
        commands.put("nodes", NodesCommand.class);
        commands.put("simulate", SimulateCommand.class);
        commands.put("canary", CanaryCommand.class);
        commands.put("scan", ScanCommand.class);
        commands.put("why", WhyCommand.class);
        commands.put("serve", ServeCommand.class);
        commands.put("webhooks", WebhooksCommand.class);
        commands.put("inspect", InspectCommand.class);
        commands.put("catalogue", CatalogueCommand.class);
        commands.put("completion", CompletionCommand.class);
        return commands;
    }

    /** The program with every command that it has. */
    static CommandLine withAllCommands() {
        CommandLine root = new CommandLine(new ProbeGuard());
        addCommands(root);
        return root;
    }

    /** A command that is named is added alone: reading what all of them say of themselves takes longer than most of them. */
    private static void addCommands(CommandLine root, String... args) {
        Class<?> named = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (named != null) {
            add(root, args[0], named);
        } else {
            COMMANDS.forEach((name, command) -> add(root, name, command));
            root.addSubcommand(new HelpCommand());
        }
    }

    private static void add(CommandLine root, String name, Class<?> type) {
        CommandLine command = new CommandLine(type);
        command.getCommandSpec().mixinStandardHelpOptions(true).version(VERSION);
        root.addSubcommand(name, command);
    }

    /** Without the whole help, which would push the error out of sight. */
    private static int usageError(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(Wording.clean("error: " + e.getMessage()));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help' for usage.");
        return USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof BadInputException) {
            command.getErr().println(Wording.clean("error: " + e.getMessage()));
            return USAGE;
        }
        return internalError(e, command.getErr());
    }

    private static int internalError(Throwable e, PrintWriter err) {
        err.println("internal error: " + Wording.clean(e.toString()) + ", please report it");
        return INTERNAL_ERROR;
    }
}
