package io.probeguard.server;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.CatalogueEvents.Rejection;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueFile;
import io.probeguard.catalogue.CatalogueInUse;
import io.probeguard.cluster.ResourceWatch;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changes of the catalogue from a ConfigMap, now and whenever it changes. Those that are invalid, or that cannot be
 * read, leave the last good ones in use. Without the ConfigMap there are no changes, before the first and after it was
 * deleted alike: otherwise replicas would judge by different catalogues, according to when each was started.
 */
final class CatalogueWatch implements AutoCloseable {
    /** The key of the ConfigMap that holds what a file for {@code --catalogue} does. */
    static final String KEY = "catalogue.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(CatalogueWatch.class);

    private final String name;
    private final String namespace;
    private final String configMap;
    private final CatalogueInUse catalogue;
    private final ResourceWatch<ConfigMap, Entries> watch;
    private volatile @Nullable Rejection rejection;

    /**
     * What a ConfigMap holds.
     *
     * @param uid of the ConfigMap
     * @param text null where it has no such key
     */
    private record Entries(String uid, @Nullable String text) {
        static Entries of(ConfigMap configMap) {
            return new Entries(
                    configMap.getMetadata().getUid(),
                    configMap.getData() == null ? null : configMap.getData().get(KEY));
        }

        CatalogueChanges read() {
            if (text == null) {
                throw new DocumentException(KEY, 0, 1, "the ConfigMap has no such key");
            }
            return CatalogueFile.read(new SourceText(KEY, text));
        }
    }

    /** Starts to watch, and does not wait. */
    CatalogueWatch(KubernetesClient client, String namespace, String configMap, CatalogueInUse catalogue) {
        this.namespace = namespace;
        this.configMap = configMap;
        this.name = "ConfigMap " + namespace + "/" + configMap;
        this.catalogue = catalogue;
        this.watch = new ResourceWatch<>(
                name,
                client.configMaps().inNamespace(namespace).withName(configMap),
                ConfigMap::new,
                Entries::of,
                names -> changed());
        watch.start();
    }

    private void changed() {
        Entries entries = watch.all().stream().findFirst().orElse(null);
        try {
            catalogue.change(entries == null ? CatalogueChanges.NONE : entries.read());
            rejection = null;
            LOG.info("{} {}", name, entries == null ? "does not exist, and changes nothing" : "is in use");
        } catch (DocumentException e) {
            String reason = name + " is not used, and the last good entries stay in use: " + e.located();
            rejection = new Rejection(reference(entries), reason);
            LOG.warn(reason);
        }
    }

    private ObjectReference reference(@Nullable Entries entries) {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withNamespace(namespace)
                .withName(configMap)
                .withUid(entries == null ? null : entries.uid)
                .build();
    }

    /** Why what is in the ConfigMap is not in use; null if it is. */
    @Nullable
    Rejection rejection() {
        return rejection;
    }

    boolean isConnected() {
        return watch.isConnected();
    }

    /** How outdated it may be; zero while the watch is connected. */
    Duration outdatedBy() {
        return watch.outdatedBy();
    }

    @Override
    public void close() {
        watch.close();
    }
}
