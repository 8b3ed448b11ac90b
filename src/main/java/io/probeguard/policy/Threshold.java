package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of the candidate nodes must be flagged for an action.
 *
 * @param percent at least this much of them, and at least one; 0 means any, 100 all
 */
public record Threshold(int percent) {
    public static final Threshold ANY = new Threshold(0);
    public static final Threshold ALL = new Threshold(100);

    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})%");

    /** @throws IllegalArgumentException if the value is none of any, all and a percentage */
    @JsonCreator
    static Threshold of(Object value) {
        if ("any".equals(value)) {
            return ANY;
        }
        if ("all".equals(value)) {
            return ALL;
        }
        Matcher share = SHARE.matcher(String.valueOf(value));
        if (share.matches()) {
            int percent = Integer.parseInt(share.group(1));
            if (percent >= 1 && percent <= 100) {
                return new Threshold(percent);
            }
        }
        throw new IllegalArgumentException(
                "unsupported value \"" + value + "\"; supported values: any, all, or 1% to 100%");
    }

    boolean isMet(int flagged, int candidates) {
        return flagged > 0 && flagged * 100L >= (long) percent * candidates;
    }

    @JsonValue
    @Override
    public String toString() {
        return percent == 0 ? "any" : percent == 100 ? "all" : percent + "%";
    }
}
