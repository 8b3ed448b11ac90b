package io.probeguard.probe;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.json.JsonMapper;

/** The Jackson mapper that reads {@link WorkloadShape}s: only the fields they name, and those as the API server does. */
public final class WorkloadMapper {
    public static final JsonMapper INSTANCE = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // an object is read from the middle of a review
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addHandler(new TemplateParameters())
            .build();

    private WorkloadMapper() {}

    /**
     * Takes a parameter of an OpenShift template, which may stand for a value of any type, for absent: what it will be
     * is not known. (The numbers of an exec probe do not come here; {@link ProbeFields} insists on them.)
     */
    private static final class TemplateParameters extends DeserializationProblemHandler {
        private static final Pattern PARAMETER = Pattern.compile("\\$\\{\\{\\w+}}");

        private static boolean isParameter(JsonParser parser) {
            return parser.hasToken(JsonToken.VALUE_STRING)
                    && PARAMETER.matcher(parser.getString()).matches();
        }

        @Override
        public @Nullable Object handleUnexpectedToken(
                DeserializationContext context, JavaType type, JsonToken token, JsonParser parser, String message) {
            return isParameter(parser) ? null : NOT_HANDLED;
        }

        @Override
        public @Nullable Object handleMissingInstantiator(
                DeserializationContext context,
                Class<?> type,
                ValueInstantiator instantiator,
                JsonParser parser,
                String message) {
            return parser != null && isParameter(parser) ? null : NOT_HANDLED;
        }
    }
}
