/** Measurements that take minutes and so are no tests: what making a certificate costs here and elsewhere. */
@NullMarked
package throughline.benchmarks;

import org.jspecify.annotations.NullMarked;
