package io.probeguard.catalogue;

import java.util.List;

/**
 * A bug that looks as if it broke exec probes and does not. It matches nothing: it is listed so that it is not added as an
 * entry.
 *
 * @param id which no entry may have
 * @param summary what is wrong, in one sentence
 * @param why it does not affect exec probes or hooks
 */
public record NotAProbeBug(String id, String summary, String why, List<String> sources) {}
