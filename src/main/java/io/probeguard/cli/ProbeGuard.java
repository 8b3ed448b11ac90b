package io.probeguard.cli;

import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.text.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code java -jar probe-guard.jar COMMAND}. */
@Command(
        name = "probe-guard",
        mixinStandardHelpOptions = true,
        description = {
            "Finds exec probes that cannot work on the nodes they run on: some builds of container",
            "runtimes break exec, so that pods restart for ever or never become Ready."
        },
        subcommands = {
            ReviewCommand.class,
            NodesCommand.class,
            SimulateCommand.class,
            CanaryCommand.class,
            ScanCommand.class,
            ServeCommand.class,
            InspectCommand.class,
            CatalogueCommand.class,
            HelpCommand.class
        },
        footer = {"", "Use \"probe-guard COMMAND --help\" for more information about a command."})
public final class ProbeGuard {
    /** Exit code of wrong usage, or of input that cannot be read. */
    static final int USAGE = CommandLine.ExitCode.USAGE;
    /** Exit code of an internal error. */
    static final int INTERNAL_ERROR = 3;

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
        CommandLine commandLine = new CommandLine(new ProbeGuard())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(ProbeGuard::usageError)
                .setExecutionExceptionHandler(ProbeGuard::failed);
        commandLine.getCommandSpec().version(VERSION);
        commandLine.getSubcommands().values().forEach(ProbeGuard::addHelp);
        try {
            return commandLine.execute(args);
        } catch (LinkageError | StackOverflowError | OutOfMemoryError e) { // picocli handles exceptions only
            return internalError(e, err);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static void addHelp(CommandLine command) {
        if (!(command.getCommand() instanceof HelpCommand)) {
            command.getCommandSpec().mixinStandardHelpOptions(true).version(VERSION);
        }
    }

    /** Without the whole help, which would push the error out of sight. */
    private static int usageError(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("error: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help' for usage.");
        return USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof BadInputException) {
            command.getErr().println("error: " + e.getMessage());
            return USAGE;
        }
        return internalError(e, command.getErr());
    }

    private static int internalError(Throwable e, PrintWriter err) {
        err.println("internal error: " + e + ", please report it");
        return INTERNAL_ERROR;
    }
}
