package io.probeguard;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rooms, from the ground up: each may use only those named before it. */
@AnalyzeClasses(packages = "io.probeguard", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> ROOMS = List.of(
            // words
            "text",
            "yaml",
            // judgement
            "probe",
            "kubelet",
            "catalogue",
            "node",
            "policy",
            // what is live
            "tls",
            "cluster",
            "evidence",
            "host",
            // doors
            "admission",
            "manifest",
            "scan",
            "background",
            // memory and faces
            "decision",
            "console",
            "output",
            // programs
            "http",
            "server",
            "cli",
            "training");

    /** A stranger must be able to look through a room. */
    private static final int MAX_FILES = 25;

    private static final String[] JUDGEMENT = ROOMS.subList(ROOMS.indexOf("probe"), ROOMS.indexOf("tls")).stream()
            .map(ArchitectureTest::inRoom)
            .toArray(String[]::new);

    /** A row of the table of packages on the architecture page, with the package's name. */
    private static final Pattern DOCUMENTED_ROOM = Pattern.compile("(?m)^\\| [a-z ]+ \\| `([a-z]+)` \\|");

    private static String inRoom(String room) {
        return "io.probeguard." + room + "..";
    }

    @ArchTest
    static final ArchRule EACH_ROOM_USES_ONLY_THOSE_BEFORE_IT = floors();

    private static LayeredArchitecture floors() {
        LayeredArchitecture floors = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : ROOMS) {
            floors = floors.layer(room).definedBy(inRoom(room));
        }
        for (int i = 0; i < ROOMS.size(); i++) {
            floors = i == 0
                    ? floors.whereLayer(ROOMS.get(i)).mayNotAccessAnyLayer()
                    : floors.whereLayer(ROOMS.get(i))
                            .mayOnlyAccessLayers(ROOMS.subList(0, i).toArray(String[]::new));
        }
        return floors;
    }

    @ArchTest
    static final ArchRule JUDGEMENT_KNOWS_NO_HTTP = noClasses()
            .that()
            .resideInAnyPackage(JUDGEMENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "io.fabric8.kubernetes.client..", "java.net..");

    @ArchTest
    static final ArchRule ONLY_NODES_USE_THE_KUBERNETES_MODEL = noClasses()
            .that()
            .resideInAnyPackage(JUDGEMENT)
            .and()
            .resideOutsideOfPackage(inRoom("node"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..");

    @ArchTest
    static final ArchRule JUDGEMENT_HAS_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(JUDGEMENT)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static void everyClassIsInARoomAndNoRoomIsTooLarge(JavaClasses classes) {
        Map<String, Long> files = classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        type -> type.getPackageName().replace("io.probeguard.", ""),
                        TreeMap::new,
                        Collectors.counting()));
        assertThat(files.keySet()).containsExactlyInAnyOrderElementsOf(ROOMS);
        assertThat(files).allSatisfy((room, count) -> assertThat(count).as(room).isBetween(2L, (long) MAX_FILES));
    }

    @ArchTest
    static void theArchitecturePageHasTheSameRoomsInTheSameOrder(JavaClasses classes) throws IOException {
        String page = Files.readString(Path.of("src/site/markdown/architecture.md"));
        assertThat(DOCUMENTED_ROOM.matcher(page).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(ROOMS);
    }
}
