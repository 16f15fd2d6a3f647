/** The disks that a primary replicates: what is on them at one moment, and what of it changed since the last receipt. */
@NullMarked
package throughline.primary.disk;

import org.jspecify.annotations.NullMarked;
