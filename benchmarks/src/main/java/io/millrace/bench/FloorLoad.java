package io.millrace.bench;

/** What a {@link Floor} is measured with: the bare form of a {@link Workload}. */
sealed interface FloorLoad {

    /** In words, for people. */
    String title();

    /**
     * Senders of 1 KB, each of which waits for its confirmation, and a consumer.
     *
     * @param oneConnection they share a connection
     */
    record Senders(int count, boolean oneConnection) implements FloorLoad {

        @Override
        public String title() {
            return "%d synchronous sender%s of 1 KB%s, one consumer"
                    .formatted(
                            count,
                            count == 1 ? "" : "s",
                            count == 1
                                    ? ""
                                    : oneConnection
                                            ? " on one connection"
                                            : " with a connection each");
        }
    }

    /** One request at a time, and its reply. */
    record Requests() implements FloorLoad {

        @Override
        public String title() {
            return "request and reply, each flushed";
        }
    }

    /** Records at a fixed rate, and how long each takes to a consumer. */
    record Paced(int perSecond) implements FloorLoad {

        @Override
        public String title() {
            return "%d a second, one consumer".formatted(perSecond);
        }
    }
}
