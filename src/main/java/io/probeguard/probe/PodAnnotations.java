package io.probeguard.probe;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * The annotations of a pod that probe-guard reads.
 *
 * @param skip the pod opts out; the value is the reason
 * @param rewritten what a mutating review changed, as it wrote it; users can write it too
 * @param steered how a mutating review steered it away from nodes, in words; users can write it too
 * @param mirror set by the kubelet on the API server's copy of a static pod, which cannot be changed
 * @param size of all annotations, as the API server limits it: the bytes of their names and values
 */
@JsonDeserialize(using = PodAnnotations.Reader.class)
public record PodAnnotations(
        @Nullable String skip,
        @Nullable String rewritten,
        @Nullable String steered,
        @Nullable String mirror,
        int size) {

    public static final String SKIP = "probe-guard.io/skip";
    public static final String REWRITTEN = "probe-guard.io/rewritten";
    public static final String STEERED = "probe-guard.io/steered";
    public static final PodAnnotations NONE = new PodAnnotations(null, null, null, null, 0);

    private static final String MIRROR = "kubernetes.io/config.mirror";
    /** TotalAnnotationSizeLimitB of apimachinery's pkg/api/validation. */
    private static final int MAX_BYTES = 256 * 1024;

    PodAnnotations withoutRewritten() {
        return new PodAnnotations(skip, null, steered, mirror, size);
    }

    PodAnnotations withoutMirror() {
        return new PodAnnotations(skip, rewritten, steered, null, size);
    }

    /** Whether the API server would still take the pod with these values of {@link #REWRITTEN} and {@link #STEERED}. */
    public boolean hasRoomFor(Map<String, String> ours) {
        int needed = size;
        for (Map.Entry<String, String> each : ours.entrySet()) {
            String present = each.getKey().equals(REWRITTEN) ? rewritten : steered;
            needed += bytes(each.getValue()) + (present == null ? bytes(each.getKey()) : -bytes(present));
        }
        return needed <= MAX_BYTES;
    }

    private static int bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half of a surrogate pair stands for two of its four bytes.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }

    static final class Reader extends StdDeserializer<PodAnnotations> {
        Reader() {
            super(PodAnnotations.class);
        }

        @Override
        public PodAnnotations deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                return (PodAnnotations) context.handleUnexpectedToken(PodAnnotations.class, parser);
            }
            String skip = null;
            String rewritten = null;
            String steered = null;
            String mirror = null;
            int size = 0;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                String value = parser.getValueAsString("");
                parser.skipChildren();
                size += bytes(name) + bytes(value);
                switch (name) {
                    case SKIP -> skip = value;
                    case REWRITTEN -> rewritten = value;
                    case STEERED -> steered = value;
                    case MIRROR -> mirror = value;
                    default -> {}
                }
            }
            return new PodAnnotations(skip, rewritten, steered, mirror, size);
        }
    }
}
