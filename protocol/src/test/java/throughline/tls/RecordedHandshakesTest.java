package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Connections that others recorded; the expected values are those that RFC 8448 and {@code openssl -trace} print. */
class RecordedHandshakesTest {
    @Test
    void readsTheClientHelloOfASimpleHandshake() {
        ClientHello hello = (ClientHello) only(Rfc8448.SIMPLE_CLIENT_HELLO);

        assertThat(hello.legacyVersion()).isEqualTo(0x0303);
        assertThat(hello.random()).isEqualTo("cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7");
        assertThat(hello.sessionId()).isEmpty();
        assertThat(hello.cipherSuites()).containsExactly(0x1301, 0x1303, 0x1302);
        assertThat(hello.extensions())
                .extracting(TlsExtension::type)
                .containsExactly(0, 0xff01, 10, 35, 51, 43, 13, 45, 28);
        assertThat(hello.extensions().get(8)).isEqualTo(new TlsExtension(28, "4001"));
        assertThat(hello.serverName()).contains("server");
        assertThat(hello.supportedVersions()).containsExactly(0x0304);
        assertThat(hello.applicationProtocols()).isEmpty();
        assertThat(hello.offersPreSharedKey()).isFalse();
    }

    @Test
    void readsTheServerHelloOfASimpleHandshake() {
        ServerHello hello = (ServerHello) only(Rfc8448.SIMPLE_SERVER_HELLO);

        assertThat(hello.legacyVersion()).isEqualTo(0x0303);
        assertThat(hello.random()).isEqualTo("a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928");
        assertThat(hello.sessionId()).isEmpty();
        assertThat(hello.cipherSuite()).isEqualTo(0x1301);
        assertThat(hello.extensions()).extracting(TlsExtension::type).containsExactly(51, 43);
        assertThat(hello.selectedVersion()).isEqualTo(0x0304);
        assertThat(hello.helloRetryRequest()).isFalse();
        assertThat(hello.selectedPreSharedKey()).isEmpty();
        assertThat(hello.applicationProtocol()).isEmpty();
    }

    @Test
    void aResumedSessionShowsInBothHellos() {
        ClientHello client = (ClientHello) only(Rfc8448.RESUMED_CLIENT_HELLO);
        ServerHello server = (ServerHello) only(Rfc8448.RESUMED_SERVER_HELLO);

        assertThat(client.offersPreSharedKey()).isTrue();
        assertThat(client.extensions()).extracting(TlsExtension::type).endsWith(21, 41);
        assertThat(server.selectedPreSharedKey()).isEqualTo(OptionalInt.of(0));
        assertThat(server.selectedVersion()).isEqualTo(0x0304);
    }

    @Test
    void readsBothHellosOfEachSideAroundARetryRequest() {
        List<TlsMessage> client =
                Feeding.everyWay(WireBytes.concat(Rfc8448.RETRY_FIRST_CLIENT_HELLO, Rfc8448.RETRY_SECOND_CLIENT_HELLO));
        List<TlsMessage> server = Feeding.everyWay(WireBytes.concat(Rfc8448.RETRY_REQUEST, Rfc8448.RETRY_SERVER_HELLO));

        assertThat(client)
                .extracting(message -> ((ClientHello) message).random())
                .containsExactly(
                        "b0b1c5a5aa37c5919f2ed1d5c6fff7fcb7849716945a2b8cee9258a346677b6f",
                        "b0b1c5a5aa37c5919f2ed1d5c6fff7fcb7849716945a2b8cee9258a346677b6f");
        assertThat(server)
                .extracting(message -> ((ServerHello) message).helloRetryRequest())
                .containsExactly(true, false);
        assertThat(((ServerHello) server.get(1)).random())
                .isEqualTo("bb341d847fd789c47c387172dc0c9bf147fccacb5043d86ca4c598d3ff571b98");
    }

    @Test
    void earlyDataEndsTheClearPart() {
        assertEndsWith(Rfc8448.RESUMED_CLIENT_HELLO, Rfc8448.RESUMED_EARLY_DATA);
    }

    @Test
    void theFirstApplicationDataEndsTheClearPart() {
        assertEndsWith(Rfc8448.SIMPLE_CLIENT_HELLO, Rfc8448.SIMPLE_CLIENT_FINISHED);
    }

    @Test
    void theChangeCipherSpecOfCompatibilityModeDoesNotEndTheClearPart() {
        assertEndsWith(Rfc8448.COMPATIBLE_CLIENT_HELLO, Rfc8448.COMPATIBLE_CLIENT_FINISHED);
        assertEndsWith(Rfc8448.COMPATIBLE_SERVER_HELLO, Rfc8448.SIMPLE_CLIENT_FINISHED);
    }

    @Test
    void compatibilityModeEchoesTheSessionId() {
        String echoed = "a80c165581a8e0d06c0018d54d3a06dd32cfd4051eb026fad3fd0ba99269e6ef";

        assertThat(((ClientHello) only(Rfc8448.COMPATIBLE_CLIENT_HELLO)).sessionId())
                .isEqualTo(echoed);
        assertThat(((ServerHello) only(Rfc8448.COMPATIBLE_SERVER_HELLO)).sessionId())
                .isEqualTo(echoed);
    }

    @Test
    void readsTheSecondClientHelloBehindAChangeCipherSpec() {
        List<TlsMessage> messages = Feeding.everyWay(OpensslRetry.CLIENT);

        assertThat(messages).hasSize(2).allSatisfy(message -> {
            ClientHello hello = (ClientHello) message;
            assertThat(hello.random()).isEqualTo("c0073111e1846cb7b9819b05175ed8f676f83bde0621695d5108485096d2c7d5");
            assertThat(hello.sessionId()).isEqualTo("3c075b468748491ea02ac690375ee3e42fd0d7ce85957fde390562280f72209b");
            assertThat(hello.cipherSuites())
                    .extracting(TlsNames::cipherSuite)
                    .containsExactly(
                            "TLS_AES_128_GCM_SHA256",
                            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                            "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
            assertThat(hello.extensions())
                    .extracting(TlsExtension::type)
                    .containsExactly(0, 11, 10, 35, 16, 22, 23, 13, 43, 45, 51);
            assertThat(hello.serverName()).isEqualTo(Optional.of("replica.test"));
            assertThat(hello.applicationProtocols()).containsExactly("h2", "http/1.1");
            assertThat(hello.supportedVersions()).containsExactly(772, 771, 770, 769);
        });
        assertThat(readerAfter(OpensslRetry.CLIENT).done()).isTrue();
    }

    @Test
    void readsTheServerHelloBehindRetryRequestAndChangeCipherSpec() {
        List<TlsMessage> messages = Feeding.everyWay(OpensslRetry.SERVER);

        assertThat(messages)
                .extracting(message -> ((ServerHello) message).random())
                .containsExactly(
                        "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
                        "589f88a030e73c433288d55aa065b49a803c4d4f0b60cca9e5da0ab8a5005623");
        assertThat(readerAfter(OpensslRetry.SERVER).done()).isTrue();
    }

    private static void assertEndsWith(byte[] hello, byte[] end) {
        assertThat(readerAfter(hello).done()).isFalse();
        byte[] all = WireBytes.concat(hello, end);
        assertThat(Feeding.everyWay(all)).hasSize(1);
        assertThat(readerAfter(all).done()).isTrue();
    }

    private static TlsMessage only(byte[] bytes) {
        List<TlsMessage> messages = Feeding.everyWay(bytes);
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private static ClearTextReader readerAfter(byte[] bytes) {
        ClearTextReader reader = new ClearTextReader();
        reader.feed(bytes, 0, bytes.length);
        return reader;
    }
}
