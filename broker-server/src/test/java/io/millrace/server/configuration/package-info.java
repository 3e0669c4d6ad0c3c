@NullMarked
package io.millrace.server.configuration;

import org.jspecify.annotations.NullMarked;
