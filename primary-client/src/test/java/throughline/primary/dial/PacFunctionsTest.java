package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values from the descriptions of Netscape and of MDN, which are alike, wherever they give one. */
class PacFunctionsTest {
    private static final Map<String, String> ADDRESSES = Map.of(
            "home.netscape.com", "198.95.249.79",
            "www.netscape.com", "198.95.1.7",
            "www.mozilla.org", "104.16.41.2",
            "inside.test", "10.1.2.3",
            "six.test", "2001:db8::1");
    private static final NameResolver NAMES = host -> {
        if (!ADDRESSES.containsKey(host)) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getByName(ADDRESSES.get(host)));
    };

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            isPlainHostName | www.mozilla.org | false
            isPlainHostName | www | true
            isPlainHostName | 2001:db8::1 | false
            dnsDomainIs | www.mozilla.org .mozilla.org | true
            dnsDomainIs | www .mozilla.org | false
            dnsDomainIs | WWW.Mozilla.org .mozilla.ORG | true
            localHostOrDomainIs | www.mozilla.org www.mozilla.org | true
            localHostOrDomainIs | www www.mozilla.org | true
            localHostOrDomainIs | www.google.com www.mozilla.org | false
            localHostOrDomainIs | home.mozilla.org www.mozilla.org | false
            isResolvable | www.mozilla.org | true
            isResolvable | bogus.domain.foobar | false
            isInNet | 198.95.249.79 198.95.249.79 255.255.255.255 | true
            isInNet | 198.95.6.8 198.95.0.0 255.255.0.0 | true
            isInNet | 198.96.6.8 198.95.0.0 255.255.0.0 | false
            isInNet | home.netscape.com 198.95.249.79 255.255.255.255 | true
            isInNet | www.netscape.com 198.95.249.79 255.255.255.255 | false
            isInNet | bogus.domain.foobar 0.0.0.0 0.0.0.0 | false
            isInNet | six.test 0.0.0.0 0.0.0.0 | false
            isInNet | 198.95.6.8 garbage 255.255.0.0 | false
            isInNet | 198.95.6.8 198.95.0.0 256.0.0.0 | false
            dnsResolve | www.mozilla.org | 104.16.41.2
            dnsResolve | 10.0.0.1 | 10.0.0.1
            dnsResolve | bogus.domain.foobar | null
            dnsResolve | six.test | null
            convert_addr | 104.16.41.2 | 1745889538
            convert_addr | garbage | 0
            myIpAddress | '' | 192.0.2.7
            dnsDomainLevels | www | 0
            dnsDomainLevels | mozilla.org | 1
            dnsDomainLevels | www.mozilla.org | 2
            shExpMatch | http://home.netscape.com/people/ari/index.html */ari/* | true
            shExpMatch | http://home.netscape.com/people/montulli/index.html */ari/* | false
            shExpMatch | abc a?c | true
            shExpMatch | ac a?c | false
            shExpMatch | a.c a.c | true
            shExpMatch | abc a.c | false
            shExpMatch | abcabd *ab? | true
            shExpMatch | abcabd ab* | true
            shExpMatch | abcabd *bc | false
            shExpMatch | abc * | true
            shExpMatch | abc ** | true
            shExpMatch | abc abcd | false
            isResolvableEx | six.test | true
            dnsResolveEx | six.test | 2001:db8:0:0:0:0:0:1
            isInNetEx | inside.test 10.0.0.0/8 | true
            isInNetEx | six.test 2001:db8::/32 | true
            isInNetEx | six.test 10.0.0.0/8 | false
            myIpAddressEx | '' | 192.0.2.7
            """)
    void namesAndAddressesAreJudgedAsDescribed(String function, String arguments, String expected) {
        assertThat(String.valueOf(
                        functions("1996-06-15T12:00:00Z", "GMT").call(function, List.of(arguments.split(" ", -1)))))
                .isEqualTo(expected);
    }

    /** 15 June 1996 was a Saturday. In Los Angeles it was seven hours earlier than in Greenwich. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1996-06-12T12:00:00Z | weekdayRange | MON FRI | true
            1996-06-15T12:00:00Z | weekdayRange | MON FRI | false
            1996-06-12T12:00:00Z | weekdayRange | MON FRI GMT | true
            1996-06-15T12:00:00Z | weekdayRange | SAT | true
            1996-06-15T12:00:00Z | weekdayRange | SUN | false
            1996-06-16T05:00:00Z | weekdayRange | SAT | true
            1996-06-16T05:00:00Z | weekdayRange | SAT GMT | false
            1996-06-15T12:00:00Z | weekdayRange | FRI MON | true
            1996-06-12T12:00:00Z | weekdayRange | FRI MON | false
            1996-06-15T12:00:00Z | weekdayRange | SOMEDAY | false
            1996-06-15T12:00:00Z | weekdayRange | '' | false
            1996-06-01T12:00:00Z | dateRange | 1 | true
            1996-06-02T12:00:00Z | dateRange | 1 | false
            1996-06-02T03:00:00Z | dateRange | 1 | true
            1996-06-02T03:00:00Z | dateRange | 1 GMT | false
            1996-06-15T12:00:00Z | dateRange | 1 15 | true
            1996-06-16T12:00:00Z | dateRange | 1 15 | false
            1996-12-24T12:00:00Z | dateRange | 24 DEC | true
            1996-12-25T12:00:00Z | dateRange | 24 DEC | false
            1995-12-24T12:00:00Z | dateRange | 24 DEC 1995 | true
            1996-12-24T12:00:00Z | dateRange | 24 DEC 1995 | false
            1996-03-31T12:00:00Z | dateRange | JAN MAR | true
            1996-04-01T12:00:00Z | dateRange | JAN MAR | false
            1996-08-15T12:00:00Z | dateRange | 1 JUN 15 AUG | true
            1996-08-16T12:00:00Z | dateRange | 1 JUN 15 AUG | false
            1996-05-31T12:00:00Z | dateRange | 1 JUN 15 AUG | false
            1995-07-15T12:00:00Z | dateRange | 1 JUN 1995 15 AUG 1995 | true
            1996-07-15T12:00:00Z | dateRange | 1 JUN 1995 15 AUG 1995 | false
            1996-02-15T12:00:00Z | dateRange | OCT 1995 MAR 1996 | true
            1995-09-15T12:00:00Z | dateRange | OCT 1995 MAR 1996 | false
            1995-07-15T12:00:00Z | dateRange | 1995 | true
            1996-07-15T12:00:00Z | dateRange | 1995 1997 | true
            1998-07-15T12:00:00Z | dateRange | 1995 1997 | false
            1996-01-15T12:00:00Z | dateRange | NOV FEB | true
            1996-07-15T12:00:00Z | dateRange | NOV FEB | false
            1996-07-15T12:00:00Z | dateRange | SOMEMONTH | false
            1996-07-15T12:00:00Z | dateRange | '' | false
            1996-06-15T19:30:00Z | timeRange | 12 | true
            1996-06-15T20:00:00Z | timeRange | 12 | false
            1996-06-15T19:30:00Z | timeRange | 12 13 | true
            1996-06-15T20:30:00Z | timeRange | 12 13 | false
            1996-06-15T12:30:00Z | timeRange | 12 GMT | true
            1996-06-15T12:30:00Z | timeRange | 12 | false
            1996-06-15T16:00:00Z | timeRange | 9 17 | true
            1996-06-15T15:59:59Z | timeRange | 9 17 | false
            1996-06-15T15:30:00Z | timeRange | 8 30 17 00 | true
            1996-06-15T15:29:59Z | timeRange | 8 30 17 00 | false
            1996-06-15T07:00:15Z | timeRange | 0 0 0 0 0 30 | true
            1996-06-15T07:00:31Z | timeRange | 0 0 0 0 0 30 | false
            1996-06-15T06:30:00Z | timeRange | 22 6 | true
            1996-06-15T19:30:00Z | timeRange | 22 6 | false
            1996-06-15T19:30:00Z | timeRange | noon | false
            1996-06-15T19:30:00Z | timeRange | 1 2 3 | false
            """)
    void theCalendarAndTheClockAreReadAsDescribed(String now, String function, String arguments, boolean expected) {
        assertThat(functions(now, "America/Los_Angeles").call(function, List.of(arguments.split(" ", -1))))
                .isEqualTo(expected);
    }

    @Test
    void missingArgumentsCrashNothing() {
        for (String name : PacFunctions.NAMES) {
            functions("1996-06-15T12:00:00Z", "GMT").call(name, List.of());
        }
    }

    /** Each look-up may take as long as a name may: a script must not make it hundreds. */
    @Test
    void theTwentyFirstNameIsNotLookedUp() {
        AtomicInteger asked = new AtomicInteger();
        PacFunctions functions = new PacFunctions(
                new LimitedResolver(
                        host -> {
                            asked.incrementAndGet();
                            return List.of(InetAddress.getLoopbackAddress());
                        },
                        Duration.ofSeconds(10)),
                InstantSource.system(),
                ZoneId.of("GMT"),
                InetAddress::getLoopbackAddress);
        for (int i = 0; i < 30; i++) {
            functions.call("isResolvable", List.of("host" + i + ".test"));
            functions.call("isResolvable", List.of("host0.test"));
        }

        assertThat(asked).hasValue(20);
        assertThat(functions.call("isResolvable", List.of("host0.test"))).isEqualTo(true);
        assertThat(functions.call("isResolvable", List.of("host29.test"))).isEqualTo(false);
    }

    private static PacFunctions functions(String now, String zone) {
        return new PacFunctions(
                new LimitedResolver(NAMES, Duration.ofSeconds(10)),
                InstantSource.fixed(Instant.parse(now)),
                ZoneId.of(zone),
                () -> address("192.0.2.7"));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
