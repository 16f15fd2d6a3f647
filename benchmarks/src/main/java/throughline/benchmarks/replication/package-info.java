/** What replication costs beside other ways to bring the same bytes to the same place, and whether it survives kill -9. */
@NullMarked
package throughline.benchmarks.replication;

import org.jspecify.annotations.NullMarked;
