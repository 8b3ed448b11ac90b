package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer needs of cluster-scoped objects to recognize changes: name and resourceVersion. The rest, such as the
 * image list of a node, is dropped as soon as the informer's handlers have seen it.
 */
final class SkeletonStore<T extends HasMetadata> implements ItemStore<T> {
    private final Map<String, T> skeletons = new ConcurrentHashMap<>();
    private final Supplier<T> empty;

    /** @param empty creates an empty object */
    SkeletonStore(Supplier<T> empty) {
        this.empty = empty;
    }

    @Override
    public String getKey(T object) {
        return object.getMetadata().getName();
    }

    @Override
    public @Nullable T put(String key, T object) {
        T skeleton = empty.get();
        skeleton.setMetadata(metadata(key, object.getMetadata().getResourceVersion()));
        return skeletons.put(key, skeleton);
    }

    /** Without the empty collections that it begins with, which would be most of it. */
    private static ObjectMeta metadata(String name, String resourceVersion) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setAdditionalProperties(null);
        metadata.setAnnotations(null);
        metadata.setFinalizers(null);
        metadata.setLabels(null);
        metadata.setManagedFields(null);
        metadata.setOwnerReferences(null);
        metadata.setName(name);
        metadata.setResourceVersion(resourceVersion);
        return metadata;
    }

    @Override
    public @Nullable T remove(String key) {
        return skeletons.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return skeletons.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return skeletons.values().stream();
    }

    @Override
    public int size() {
        return skeletons.size();
    }

    @Override
    public @Nullable T get(String key) {
        return skeletons.get(key);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
