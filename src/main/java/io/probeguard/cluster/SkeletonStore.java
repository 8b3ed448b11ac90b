package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
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
        skeleton.setMetadata(new ObjectMetaBuilder()
                .withName(key)
                .withResourceVersion(object.getMetadata().getResourceVersion())
                .build());
        return skeletons.put(key, skeleton);
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
