@NullMarked
package io.millrace.server.partition;

import org.jspecify.annotations.NullMarked;
