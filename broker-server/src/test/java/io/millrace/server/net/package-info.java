@NullMarked
package io.millrace.server.net;

import org.jspecify.annotations.NullMarked;
