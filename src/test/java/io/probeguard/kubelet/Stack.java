package io.probeguard.kubelet;

/** A kubelet and its runtime, in the words of the status of their node. */
record Stack(String kubelet, String runtime) {
    /** Reads {@code v1.20.2-docker-20.10.24}, as files of observations are named. */
    static Stack named(String name) {
        int version = name.lastIndexOf('-');
        int runtime = name.lastIndexOf('-', version - 1);
        return new Stack(
                name.substring(0, runtime), name.substring(runtime + 1, version) + "://" + name.substring(version + 1));
    }

    @Override
    public String toString() {
        return kubelet + " on " + runtime.replace("://", " ");
    }
}
