@NullMarked
package io.millrace.jms.net;

import org.jspecify.annotations.NullMarked;
