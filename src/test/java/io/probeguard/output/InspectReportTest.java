package io.probeguard.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.output.InspectReport.JsonSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectReportTest {
    /** Which lists could be read and which failed, what they say now, what the annotation says, and what it becomes. */
    @ParameterizedTest(name = "{0} failed: {1} after {2}")
    @CsvSource(delimiter = '|', textBlock = """
            rpm:ok dpkg:absent     | docker-1.13.1-88.el7 | docker-1.13.1-84.el7, runc 1.0.0   | docker-1.13.1-88.el7
            rpm:ok dpkg:failed     | docker-1.13.1-88.el7 | docker-1.13.1-84.el7, runc 1.0.0   | docker-1.13.1-88.el7, runc 1.0.0
            rpm:failed dpkg:ok     | runc 1.0.1           | docker-1.13.1-84.el7, runc 1.0.0   | runc 1.0.1, docker-1.13.1-84.el7
            rpm:failed dpkg:ok     | ''                   | docker-1.13.1-84.el7               | docker-1.13.1-84.el7
            rpm:failed dpkg:ok     | ''                   | runc 1.0.0                         |
            rpm:ok dpkg:failed     | ''                   | docker-1.13.1-84.el7               |
            rpm:failed dpkg:absent | ''                   | docker-1.13.1-84.el7               | docker-1.13.1-84.el7
            rpm:failed dpkg:absent | docker-1.13.1-88.el7 | docker-1.13.1-84.el7               | docker-1.13.1-88.el7
            rpm:failed dpkg:ok     | runc 1.0.1           |                                    | runc 1.0.1
            rpm:ok dpkg:failed     | runc-1.0.1-1.el8     | nonsense, runc-1.0.1-1.el8         | runc-1.0.1-1.el8
            rpm:ok dpkg:failed     | runc-1.0.1-1.el8     | docker-go-version=go1.10.2         | runc-1.0.1-1.el8
            """)
    void keepsPackagesThatCannotBeRead(String lists, String packages, String present, String expected) {
        List<JsonSource> sources = List.of(lists.split(" ", -1)).stream()
                .map(list -> list.split(":", -1))
                .map(list -> new JsonSource(list[0], list[1].equals("ok"), list[1].equals("failed"), ""))
                .toList();
        InspectReport report = new InspectReport(packages, lists.contains(":ok"), List.of(), sources);
        assertThat(report.annotation(present)).isEqualTo(expected);
    }
}
