/** Descriptions come to life: a testbed per cell, the matrix, and the folder that a run is written to. */
@NullMarked
package throughline.harness.run;

import org.jspecify.annotations.NullMarked;
