package io.probeguard.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.PrintWriter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Indented JSON with a final line feed; the fields of a record are in the order of its components. */
public final class Json {
    /** Of every report. It grows when a field goes or means something else, not when one is added. */
    private static final int SCHEMA_VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private static final JsonMapper WITHOUT_NULLS = MAPPER.rebuild()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private record Versioned(
            int schemaVersion, @JsonUnwrapped Object report) {}

    private Json() {}

    /** What scripts read: one object, whose first field is {@code schemaVersion}. */
    public static void writeReport(Object report, PrintWriter out) {
        write(new Versioned(SCHEMA_VERSION, report), out);
    }

    public static void write(Object value, PrintWriter out) {
        MAPPER.writeValue(out, value);
        out.println();
    }

    /** The same without fields that are null. */
    public static void writeWithoutNulls(Object value, PrintWriter out) {
        WITHOUT_NULLS.writeValue(out, value);
        out.println();
    }
}
