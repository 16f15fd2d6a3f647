/**
 * What a replication is told and what comes of it; how the changes of a cycle are cut into slices, written and paced, and
 * when a failure is worth another attempt. Nothing here talks to a replica.
 */
@NullMarked
package throughline.primary.replication;

import org.jspecify.annotations.NullMarked;
