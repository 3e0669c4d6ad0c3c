package io.millrace.storage.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One change that a repair makes to the files of a log. */
public final class RepairStep {

    private final String sentence;
    private final List<Path> touched;
    private final Action action;

    /** What is done. Forces what it writes. */
    interface Action {
        void carryOut() throws IOException;
    }

    RepairStep(String sentence, List<Path> touched, Action action) {
        this.sentence = sentence;
        this.touched = List.copyOf(touched);
        this.action = action;
    }

    /** What it does, for a person. */
    public String sentence() {
        return sentence;
    }

    /** Files that it changes, deletes or makes. */
    public List<Path> touched() {
        return touched;
    }

    void carryOut() throws IOException {
        action.carryOut();
    }
}
