package io.probeguard.console;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, with links to the others.
 *
 * @param page from 1 on
 * @param previous link to the page before; null on the first
 * @param next link to the page after; null on the last
 */
record Paged<T>(
        List<T> items,
        int page,
        int pages,
        int total,
        @Nullable String previous,
        @Nullable String next) {
    static final int SIZE = 50;

    /**
     * @param wanted the number of a page; out of range, the nearest page is taken
     * @param view what is shown of an item; called only for those of the page
     * @param link the link to a page
     */
    static <S, T> Paged<T> of(List<S> all, int wanted, Function<S, T> view, IntFunction<String> link) {
        int pages = Math.max(1, (all.size() + SIZE - 1) / SIZE);
        int page = Math.min(Math.max(wanted, 1), pages);
        Stream<S> shown = all.subList((page - 1) * SIZE, Math.min(page * SIZE, all.size())).stream();
        return new Paged<>(
                shown.map(view).toList(),
                page,
                pages,
                all.size(),
                page == 1 ? null : link.apply(page - 1),
                page == pages ? null : link.apply(page + 1));
    }

    boolean hasOthers() {
        return pages > 1;
    }

    boolean isEmpty() {
        return total == 0;
    }

    /** The number, from 1 on, of the first item of the page. */
    int first() {
        return (page - 1) * SIZE + 1;
    }

    int last() {
        return first() + items.size() - 1;
    }
}
