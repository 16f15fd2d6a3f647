/** The messages and frames that a primary and a replica exchange, and the one place that turns them into bytes. */
@NullMarked
package throughline.protocol;

import org.jspecify.annotations.NullMarked;
