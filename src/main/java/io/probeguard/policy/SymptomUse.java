package io.probeguard.policy;

import io.probeguard.text.Keyword;

/** What is done with symptoms of broken exec that are observed on a node. */
public enum SymptomUse implements Keyword {
    /** They are not looked for. */
    OFF,
    /** They are only shown. */
    SHOW,
    /** A node with symptoms is treated like one that is flagged for sure. */
    ACT
}
