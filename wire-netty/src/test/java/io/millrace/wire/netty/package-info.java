@NullMarked
package io.millrace.wire.netty;

import org.jspecify.annotations.NullMarked;
