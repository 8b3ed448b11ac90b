package io.probeguard.catalogue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The catalogue that a process judges by, which may change while it runs. For any number of threads. */
public final class CatalogueInUse implements Supplier<Catalogue> {
    private final CatalogueChanges own;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Catalogue present;

    /** @param own changes of the built-in catalogue, which prevail over all that follow */
    public CatalogueInUse(CatalogueChanges own) {
        this.own = own;
        this.present = Catalogue.builtIn().with(own);
    }

    @Override
    public Catalogue get() {
        return present;
    }

    /** @param listener called after each change, on the thread that made it */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Uses other changes than before. Called by one thread at a time. */
    public void change(CatalogueChanges changes) {
        Catalogue next = Catalogue.builtIn().with(changes.then(own));
        if (!next.equals(present)) {
            present = next;
            listeners.forEach(Runnable::run);
        }
    }
}
