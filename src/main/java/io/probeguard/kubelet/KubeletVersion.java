package io.probeguard.kubelet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kubelet's version as far as its behaviour depends on it: {@code 1.36} of {@code v1.36.3-eks-1}. */
public record KubeletVersion(int major, int minor) implements Comparable<KubeletVersion> {
    /** The newest that was asked what it does. */
    public static final String NEWEST = "v1.37.2";

    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})([.+-]\\S*)?");

    /**
     * Reads {@code kubeletVersion} of a node's status, with or without its {@code v}.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static KubeletVersion parse(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("invalid kubelet version \"" + text
                    + "\"; expected a value like a node's kubeletVersion: " + NEWEST);
        }
        return new KubeletVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public int compareTo(KubeletVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    /** Whether it is 1.{@code minor} or later. */
    boolean isAtLeast(int otherMinor) {
        return major > 1 || (major == 1 && minor >= otherMinor);
    }
}
