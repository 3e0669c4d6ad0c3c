package io.millrace.jms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.jms.client.RefusedException;
import io.millrace.wire.ErrorCode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which exception each refusal becomes (Jakarta Messaging 3.1, chapter 10). */
class JmsErrorsTest {

    private static final Map<ErrorCode, Class<?>> CHECKED =
            Map.of(
                    ErrorCode.NOT_AUTHORIZED, JMSSecurityException.class,
                    ErrorCode.INVALID_DESTINATION, InvalidDestinationException.class,
                    ErrorCode.NO_SUCH_SUBSCRIPTION, InvalidDestinationException.class,
                    ErrorCode.CLIENT_ID_IN_USE, InvalidClientIDException.class,
                    ErrorCode.INVALID_SELECTOR, InvalidSelectorException.class,
                    ErrorCode.LIMIT, ResourceAllocationException.class,
                    ErrorCode.TOO_LARGE, MessageFormatException.class,
                    ErrorCode.TRANSACTION_STATE, IllegalStateException.class,
                    ErrorCode.ROLLED_BACK, TransactionRolledBackException.class);

    private static final Map<ErrorCode, Class<?>> UNCHECKED =
            Map.of(
                    ErrorCode.NOT_AUTHORIZED, JMSSecurityRuntimeException.class,
                    ErrorCode.INVALID_DESTINATION, InvalidDestinationRuntimeException.class,
                    ErrorCode.NO_SUCH_SUBSCRIPTION, InvalidDestinationRuntimeException.class,
                    ErrorCode.CLIENT_ID_IN_USE, InvalidClientIDRuntimeException.class,
                    ErrorCode.INVALID_SELECTOR, InvalidSelectorRuntimeException.class,
                    ErrorCode.LIMIT, ResourceAllocationRuntimeException.class,
                    ErrorCode.TOO_LARGE, MessageFormatRuntimeException.class,
                    ErrorCode.TRANSACTION_STATE, IllegalStateRuntimeException.class,
                    ErrorCode.ROLLED_BACK, TransactionRolledBackRuntimeException.class);

    @Test
    void eachRefusalBecomesTheExceptionThatTheSpecificationNames() {
        for (ErrorCode code : ErrorCode.values()) {
            RefusedException refusal = new RefusedException(code, "what to do");
            JMSException checked = JmsErrors.of(refusal);
            assertEquals(CHECKED.getOrDefault(code, JMSException.class), checked.getClass());
            assertEquals("what to do", checked.getMessage());
            assertEquals(code.name(), checked.getErrorCode());
            assertSame(refusal, checked.getCause());
            JMSRuntimeException unchecked = JmsErrors.unchecked(checked);
            assertEquals(
                    UNCHECKED.getOrDefault(code, JMSRuntimeException.class), unchecked.getClass());
            assertEquals("what to do", unchecked.getMessage());
        }
    }
}
