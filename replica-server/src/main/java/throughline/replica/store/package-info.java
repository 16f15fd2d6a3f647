/** What a replica keeps: disks as files, change sets applied whole or not at all, recovery after a crash. */
@NullMarked
package throughline.replica.store;

import org.jspecify.annotations.NullMarked;
