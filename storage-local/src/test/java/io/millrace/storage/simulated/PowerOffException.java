package io.millrace.storage.simulated;

import java.io.IOException;

/** The simulated machine is off; everything fails until it is restarted. */
public final class PowerOffException extends IOException {

    private static final long serialVersionUID = 1L;

    PowerOffException() {
        super("power is off");
    }
}
