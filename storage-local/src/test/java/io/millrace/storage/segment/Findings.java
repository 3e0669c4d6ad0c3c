package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.segment.LogFault.Kind;
import io.millrace.storage.segment.LogFault.Severity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Remembers what an inspection shows, bodies included. */
final class Findings implements LogVisitor {

    final List<StoredEntry> entries = new ArrayList<>();
    final List<LogFault> faults = new ArrayList<>();
    final List<Long> markers = new ArrayList<>();
    final List<Long> seals = new ArrayList<>();
    final List<Long> ends = new ArrayList<>();
    long end;

    /** Verifies a log. */
    static Findings of(Disk disk, Path directory) throws IOException {
        Findings findings = new Findings();
        findings.end = LogInspection.of(disk, directory).verify(findings);
        return findings;
    }

    /** All files of a directory, by name. */
    static TreeMap<String, byte[]> contents(Disk disk, Path directory) throws IOException {
        TreeMap<String, byte[]> contents = new TreeMap<>();
        for (String name : disk.list(directory)) {
            try (DiskFile file = disk.openForReading(directory.resolve(name))) {
                byte[] bytes = new byte[(int) file.length()];
                file.read(0, ByteBuffer.wrap(bytes));
                contents.put(name, bytes);
            }
        }
        return contents;
    }

    List<Long> offsets() {
        return entries.stream().map(StoredEntry::offset).toList();
    }

    List<Kind> kinds() {
        return faults.stream().map(LogFault::kind).toList();
    }

    boolean isSerious() {
        return faults.stream().anyMatch(each -> each.kind().severity() == Severity.SERIOUS);
    }

    /** Whether anything is wrong that no crash explains. */
    boolean isFaulty() {
        return faults.stream().anyMatch(each -> each.kind().severity() != Severity.NORMAL);
    }

    @Override
    public boolean wantsBodies() {
        return true;
    }

    @Override
    public void entry(StoredEntry entry) {
        entries.add(entry);
    }

    @Override
    public void marker(long offset, long durableUpTo) {
        markers.add(offset);
    }

    @Override
    public void seal(long offset, byte @Nullable [] footer, boolean elsewhere) {
        seals.add(offset);
    }

    @Override
    public void segmentEnd(SegmentFile segment, long segmentEnd, boolean sealed) {
        ends.add(segmentEnd);
    }

    @Override
    public void fault(LogFault fault) {
        faults.add(fault);
    }
}
