package io.probeguard.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe-guard completion}: for shells, and for kubectl's own completion. */
@Command(
        description = {
            "Prints a script for completion in a shell, or what kubectl completes.",
            "The same script is for bash and zsh. With \"kubectl\" it prints candidates for the last of the WORDs,",
            "which \"kubectl_complete-probe_guard\" passes on."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  it was printed",
            "  2  wrong usage",
            "  3  internal error",
            "",
            "Example",
            "  source <(probe-guard completion bash)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** ShellCompDirectiveDefault of the library Cobra: where there are no candidates, the shell completes files. */
    private static final String COMPLETE_FILES = ":0";

    enum Shell {
        bash,
        zsh,
        kubectl
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SHELL",
            defaultValue = "bash",
            description = "bash, zsh or kubectl. Default: ${DEFAULT-VALUE}.")
    private Shell shell;

    @Parameters(
            index = "1..*",
            paramLabel = "WORD",
            description = "With kubectl, after --: the words so far, the last of which is completed.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (shell == Shell.kubectl) {
            candidates(words).forEach(out::println);
            out.println(COMPLETE_FILES);
        } else {
            out.print(AutoComplete.bash(ProbeGuard.NAME, ProbeGuard.withAllCommands()));
        }
        return 0;
    }

    private static List<String> candidates(List<String> words) {
        String[] args = words.isEmpty() ? new String[] {""} : words.toArray(String[]::new);
        int last = args.length - 1;
        List<CharSequence> rests = new ArrayList<>();
        AutoComplete.complete(
                ProbeGuard.withAllCommands().getCommandSpec(),
                args,
                last,
                args[last].length(),
                args[last].length(),
                rests);
        return rests.stream().map(rest -> args[last] + rest).sorted().distinct().toList();
    }
}
