package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bill of materials and the list of licences, against what is in the jar. Maven writes no bill where it is told to be
 * offline.
 */
class BillOfMaterialsIT {
    private static final Path BESIDE = Path.of("target/probe-guard.cdx.json");

    /** As the bill names them: by SPDX identifiers, or by the names that the libraries use where it knows none. */
    private static final Set<String> ALLOWED_LICENSES =
            Set.of("Apache-2.0", "BSD-2-Clause", "Bouncy Castle Licence", "EPL-2.0", "MIT", "The (New) BSD License");

    private final JsonNode bill = JsonMapper.shared().readTree(Files.readString(BESIDE));

    BillOfMaterialsIT() throws IOException {}

    @Test
    void namesExactlyTheLibrariesWhoseClassesAreInTheJar() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path library : libraries()) {
            named.addAll(classes(library));
        }
        assertThat(named).anyMatch(name -> name.startsWith("picocli/"));

        Set<String> shipped = classes(Jar.PATH);
        shipped.removeIf(name -> name.startsWith("io/probeguard/"));
        assertThat(difference(shipped, named)).as("not named").isEmpty();
        assertThat(difference(named, shipped)).as("not shipped").isEmpty();
    }

    /** Where a library may be had under one of several licences, one that is allowed is enough. */
    @Test
    void everyLibraryIsUnderALicenseThatIsAllowed() {
        assertThat(bill.path("components"))
                .isNotEmpty()
                .allSatisfy(component -> assertThat(licenses(component))
                        .as(component.path("purl").asString())
                        .containsAnyElementsOf(ALLOWED_LICENSES));
    }

    @Test
    void isInTheJarWithTheListOfLicenses() throws IOException {
        assertThat(text("META-INF/sbom/application.cdx.json")).isEqualTo(Files.readString(BESIDE));
        assertThat(text("META-INF/THIRD-PARTY.txt"))
                .contains(bill.path("components")
                        .valueStream()
                        .map(component -> "(%s:%s:%s - "
                                .formatted(
                                        component.path("group").asString(),
                                        component.path("name").asString(),
                                        component.path("version").asString()))
                        .toList());
    }

    /** Most are called the same in every library. */
    @Test
    void theLicenseAndTheNoticeOfEachLibraryAreInTheJar() throws IOException {
        int notices = 0;
        try (JarFile jar = new JarFile(Jar.PATH.toFile())) {
            for (Path library : libraries()) {
                String folder = library.getFileName().toString().replaceFirst("\\.jar$", "-jar");
                try (JarFile its = new JarFile(library.toFile())) {
                    for (ZipEntry entry :
                            its.stream().filter(BillOfMaterialsIT::isNotice).toList()) {
                        notices++;
                        String kept = entry.getName().replace("META-INF/", "META-INF/licenses/" + folder + "/");
                        assertThat(jar.getEntry(kept)).as(kept).isNotNull();
                        assertThat(jar.getInputStream(jar.getEntry(kept)))
                                .as(kept)
                                .hasSameContentAs(its.getInputStream(entry));
                    }
                }
            }
            assertThat(jar.stream().filter(BillOfMaterialsIT::isNotice)).isEmpty();
        }
        assertThat(notices).isGreaterThan(50);
    }

    private static boolean isNotice(ZipEntry entry) {
        return entry.getName().matches("META-INF/(?i:license|notice)(\\.\\w+)?");
    }

    /** Those that the bill names, from the class path. */
    private List<Path> libraries() {
        Map<String, Path> libraries = Stream.of(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .collect(Collectors.toMap(file -> file.getFileName().toString(), Function.identity()));
        List<Path> named = new ArrayList<>();
        for (JsonNode component : bill.path("components")) {
            String library = "%s-%s.jar"
                    .formatted(
                            component.path("name").asString(),
                            component.path("version").asString());
            assertThat(libraries).containsKey(library);
            named.add(libraries.get(library));
        }
        return named;
    }

    @Test
    void saysNothingThatDiffersFromBuildToBuild() {
        assertThat(bill.has("serialNumber")).isFalse();
        assertThat(bill.path("metadata").has("timestamp")).isFalse();
    }

    private static List<String> licenses(JsonNode component) {
        List<String> licenses = new ArrayList<>();
        for (JsonNode choice : component.path("licenses")) {
            JsonNode license = choice.path("license");
            licenses.add(license.path("id").asString(license.path("name").asString()));
        }
        return licenses;
    }

    private static Set<String> difference(Set<String> one, Set<String> other) {
        Set<String> difference = new TreeSet<>(one);
        difference.removeAll(other);
        return difference;
    }

    /** Without descriptions of modules, which the jar leaves out, and of packages, which compilers write or not. */
    private static Set<String> classes(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String text(String entry) throws IOException {
        try (JarFile file = new JarFile(Jar.PATH.toFile())) {
            return new String(file.getInputStream(file.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
