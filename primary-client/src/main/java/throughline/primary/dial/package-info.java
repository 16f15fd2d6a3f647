/**
 * The way to the other end of TLS: names, TCP, proxies. Sits under the HTTP client as its socket factory and resolver, so
 * that every path gives the same evidence and no proxy's answer is lost.
 */
@NullMarked
package throughline.primary.dial;

import org.jspecify.annotations.NullMarked;
