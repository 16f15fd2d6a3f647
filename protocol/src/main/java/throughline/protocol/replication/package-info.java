/** What replication says on the wire: machines and their disks, slices of change sets, receipts, digests. */
@NullMarked
package throughline.protocol.replication;

import org.jspecify.annotations.NullMarked;
