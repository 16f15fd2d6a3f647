/** Real products behind the face of a middlebox: a rendered configuration, a process of its own, loopback only. */
@NullMarked
package throughline.harness.middlebox.external;

import org.jspecify.annotations.NullMarked;
