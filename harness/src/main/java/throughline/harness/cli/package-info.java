/** The command line: one class per command. The only place that prints. */
@NullMarked
package throughline.harness.cli;

import org.jspecify.annotations.NullMarked;
