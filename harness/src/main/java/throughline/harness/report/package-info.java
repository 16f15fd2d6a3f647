/** What people read: verdicts and runs as text. Reads records, writes strings; prints nothing itself. */
@NullMarked
package throughline.harness.report;

import org.jspecify.annotations.NullMarked;
