/** What replication costs and middleboxes let through, beside other programs that do the same, in turn; and kill -9. */
@NullMarked
package throughline.benchmarks.paired;

import org.jspecify.annotations.NullMarked;
