/** The replica: takes disks from primaries that prove who they are, and says what it saw of their connections. */
@NullMarked
package throughline.replica;

import org.jspecify.annotations.NullMarked;
