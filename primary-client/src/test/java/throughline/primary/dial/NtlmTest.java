package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MS-NLMP 4.2.4: user "User", password "Password", domain "Domain"; the time is zero, our challenge eight times aa. */
class NtlmTest {
    private static final byte[] NONCE = hex("0123456789abcdef");
    private static final byte[] CLIENT_NONCE = hex("aaaaaaaaaaaaaaaa");

    /** MS-NLMP 4.2.4: NetBIOS domain name "Domain" and computer name "Server". */
    private static final byte[] TARGET_INFO =
            hex("02000c0044006f006d00610069006e0001000c005300650072007600650072" + "0000000000");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** RFC 1320 appendix A.5. */
    @ParameterizedTest
    @CsvSource({
        "'', 31d6cfe0d16ae931b73c59d7e0c089c0",
        "a, bde52cb31de33e46245e05fbdbd6fb24",
        "abc, a448017aaf21d8525fc10ae87aa6729d",
        "message digest, d9130a8164549fe818874806e1c7014b",
        "abcdefghijklmnopqrstuvwxyz, d79e1c308aa5bbcdeea8ed63df412da9",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789, 043f8582f241db351ce627e153e7f0e4",
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890, e33b4ddc9c38f2199c3e7b164fcc0536",
    })
    void md4IsThatOfItsSpecification(String text, String digest) {
        assertThat(Md4.of(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(hex(digest));
    }

    /** MS-NLMP 4.2.4.1.1. */
    @Test
    void theResponseKeyIsThatOfTheVector() {
        assertThat(Ntlm.responseKey("User", "Domain", "Password")).isEqualTo(hex("0c868a403bfd7a93a3001ef22ef02e3f"));
    }

    /** MS-NLMP 4.2.4.1.2 and 4.2.4.2. */
    @Test
    void theResponsesAreThoseOfTheVector() {
        byte[] key = Ntlm.responseKey("User", "Domain", "Password");
        byte[] blob = Ntlm.blob(new byte[8], CLIENT_NONCE, TARGET_INFO);
        byte[] proof = Ntlm.proof(key, NONCE, blob);

        assertThat(proof).isEqualTo(hex("68cd0ab851e51c96aabc927bebef6a1c"));
        assertThat(Ntlm.hmac(key, proof)).isEqualTo(hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
        assertThat(Ntlm.olderResponse(key, NONCE, CLIENT_NONCE))
                .isEqualTo(hex("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"));
    }

    private static byte[] demand(byte[] info) {
        byte[] message = Arrays.copyOf(
                hex("4e544c4d53535000" + "02000000" + "0000000030000000" + "01828800" + "0123456789abcdef"
                        + "0000000000000000" + "0000000030000000"),
                48 + info.length);
        message[40] = (byte) info.length;
        System.arraycopy(info, 0, message, 48, info.length);
        return message;
    }

    @Test
    void theLastMessageHoldsTheResponsesAndTheAccount() throws Exception {
        byte[] last = Ntlm.authenticate(
                Ntlm.negotiate(),
                Ntlm.Demand.parse(demand(TARGET_INFO)),
                new ProxyCredentials("Domain\\User", "Password"),
                0,
                CLIENT_NONCE);

        String shown = HexFormat.of().formatHex(last);
        assertThat(shown)
                .startsWith("4e544c4d53535000" + "03000000")
                .contains("44006f006d00610069006e00" + "5500730065007200"
                        + "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa")
                .contains("68cd0ab851e51c96aabc927bebef6a1c" + "0101000000000000");
        // No time was told, so there is no code over the messages.
        assertThat(shown.substring(144, 176)).isEqualTo("0".repeat(32));
    }

    /** MS-NLMP 3.1.5.1.2: with the proxy's time the older response is zeroes, and a code binds the three messages. */
    @Test
    void aTimeInTheDemandBindsTheMessagesTogether() throws Exception {
        byte[] info = hex("07000800" + "0102030405060708" + "00000000");
        byte[] demand = demand(info);
        byte[] last = Ntlm.authenticate(
                Ntlm.negotiate(),
                Ntlm.Demand.parse(demand),
                new ProxyCredentials("Domain\\User", "Password"),
                0,
                CLIENT_NONCE);

        byte[] key = Ntlm.responseKey("User", "Domain", "Password");
        byte[] told = hex("07000800" + "0102030405060708" + "06000400" + "02000000" + "00000000");
        byte[] proof = Ntlm.proof(key, NONCE, Ntlm.blob(hex("0102030405060708"), CLIENT_NONCE, told));
        byte[] unsigned = last.clone();
        Arrays.fill(unsigned, 72, 88, (byte) 0);
        assertThat(HexFormat.of().formatHex(last))
                .contains("0".repeat(48) + HexFormat.of().formatHex(proof));
        assertThat(Arrays.copyOfRange(last, 72, 88))
                .isEqualTo(Ntlm.hmac(Ntlm.hmac(key, proof), Ntlm.negotiate(), demand, unsigned));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4e544c4d53535000",
                "4e544c4d5353500001000000000000000000000000000000000000000000000000000000000000000000000000000000",
                "4e544c4d535350000200000000000000300000000182880001234567" + "89abcdef0000000000000000ffff000030000000",
                "4e544c4d535350000200000000000000300000000182880001234567" + "89abcdef00000000000000000400000000ffffff",
            })
    void whatIsNoDemandIsRefused(String message) {
        assertThatThrownBy(() -> Ntlm.Demand.parse(hex(message))).isInstanceOf(ProtocolException.class);
    }

    /** Older proxies say nothing of their target; what is answered then has an empty list of pairs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4e544c4d53535000" + "02000000" + "0900090000000000" + "05820a00" + "0123456789abcdef",
                // It says that it tells of its target, and then tells nothing.
                "4e544c4d53535000" + "02000000" + "0900090000000000" + "05828a00" + "0123456789abcdef"
                        + "0000000000000000" + "0000000030000000",
            })
    void aDemandWithoutATargetIsAnsweredToo(String demand) throws Exception {
        byte[] last = Ntlm.authenticate(
                Ntlm.negotiate(),
                Ntlm.Demand.parse(hex(demand)),
                new ProxyCredentials("Domain\\User", "Password"),
                0,
                CLIENT_NONCE);

        byte[] blob = Ntlm.blob(new byte[8], CLIENT_NONCE, new byte[4]);
        byte[] proof = Ntlm.proof(Ntlm.responseKey("User", "Domain", "Password"), NONCE, blob);
        assertThat(HexFormat.of().formatHex(last))
                .endsWith(HexFormat.of().formatHex(proof) + HexFormat.of().formatHex(blob));
    }

    @Test
    void theFirstMessageTellsNothing() {
        assertThat(Ntlm.negotiate()).hasSize(32);
        assertThat(Arrays.copyOfRange(Ntlm.negotiate(), 16, 32)).containsOnly(0);
    }
}
