package io.millrace.bench;

/** How one trial of a workload on a side ended. */
sealed interface Outcome permits Run, Outcome.Without {

    Side side();

    Workload workload();

    /**
     * There is no figure.
     *
     * @param failed whether it should have been: the provider has what the workload needs
     */
    record Without(Side side, Workload workload, String reason, boolean failed) implements Outcome {

        String line() {
            return "%-10s %s: %s"
                    .formatted(
                            side.name(),
                            workload.name(),
                            failed ? "FAILED, " + reason : "not supported yet: " + reason);
        }
    }
}
