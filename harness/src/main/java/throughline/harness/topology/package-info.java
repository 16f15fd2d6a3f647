/** What is tried and what should come of it: inert descriptions, no socket, file or clock. */
@NullMarked
package throughline.harness.topology;

import org.jspecify.annotations.NullMarked;
