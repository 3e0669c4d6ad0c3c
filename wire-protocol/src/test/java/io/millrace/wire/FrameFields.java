package io.millrace.wire;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A frame's fields in a form that can be compared: arrays are printed as hexadecimal digits. */
final class FrameFields {

    private FrameFields() {}

    static List<String> of(Frame frame) {
        List<String> fields = new ArrayList<>();
        for (RecordComponent component : frame.getClass().getRecordComponents()) {
            fields.add(component.getName() + "=" + value(frame, component));
        }
        return fields;
    }

    static String value(Frame frame, RecordComponent component) {
        try {
            return print(component.getAccessor().invoke(frame));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("accessors of records do not fail", e);
        }
    }

    private static String print(Object value) {
        HexFormat format = HexFormat.of();
        if (value instanceof byte[] bytes) {
            return format.formatHex(bytes);
        }
        if (value instanceof MessageBatch batch) {
            return format.formatHex(batch.array(), batch.offset(), batch.offset() + batch.length());
        }
        if (value instanceof List<?> runs) {
            WireOutput to = new WireOutput(64);
            for (Object run : runs) {
                if (run instanceof TransactionFrame.Settlement settlement) {
                    settlement.writeTo(to);
                } else if (run instanceof BranchesRecovered.Branch branch) {
                    branch.writeTo(to);
                } else {
                    ((DeliveredRun) run).writeTo(to);
                }
            }
            return format.formatHex(to.toByteArray());
        }
        return String.valueOf(value);
    }
}
