package io.probeguard.catalogue;

import java.util.List;

/**
 * What looks as if it broke exec probes and does not. It matches nothing: it is kept so that nobody adds it as an entry.
 *
 * @param id which no entry may have
 * @param summary what goes wrong, in one sentence
 * @param why it is no matter for exec probes or hooks
 */
public record NotAProbeBug(String id, String summary, String why, List<String> sources) {}
