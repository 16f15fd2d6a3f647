package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.Phase;

/** Which answer is a weaker form of which. */
class GeneralityTest {
    private static final class Silent extends Rule {
        Silent(String id, String... generalises) {
            super(id, "a rule for tests", Phase.HELLO, Set.of(), Set.of(generalises));
        }

        @Override
        public Optional<Finding> examine(ConnectionCase connection) {
            return Optional.empty();
        }
    }

    @Test
    void reachesOverSeveralSteps() {
        Generality generality =
                new Generality(List.of(new Silent("a.a", "b.b"), new Silent("b.b", "c.c"), new Silent("c.c")));

        assertThat(generality.isWeaker(new RuleId("a.a"), new RuleId("c.c"))).isTrue();
        assertThat(generality.isWeaker(new RuleId("c.c"), new RuleId("a.a"))).isFalse();
        assertThat(generality.isWeaker(new RuleId("a.a"), new RuleId("a.a"))).isFalse();
    }

    @Test
    void refusesTheNameOfARuleThatIsNotInTheList() {
        List<Rule> rules = List.of(new Silent("a.a", "b.b"));

        assertThatThrownBy(() -> new Generality(rules))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.a")
                .hasMessageContaining("b.b");
    }

    @Test
    void refusesCircles() {
        List<Rule> self = List.of(new Silent("a.a", "a.a"));
        List<Rule> two = List.of(new Silent("a.a", "b.b"), new Silent("b.b", "a.a"));
        List<Rule> three = List.of(new Silent("a.a", "b.b"), new Silent("b.b", "c.c"), new Silent("c.c", "a.a"));

        for (List<Rule> rules : List.of(self, two, three)) {
            assertThatThrownBy(() -> new Generality(rules))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("generalise each other");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tls.replica-ca-not-trusted, tls.inspected, true",
        "tls.name-mismatch, tls.inspected, true",
        "mtls.not-requested, tls.inspected, true",
        "mtls.not-requested, tls.terminated-at-replica-side, true",
        "exchange.answered-by-middlebox, tls.inspected, true",
        "exchange.answered-by-middlebox, mtls.not-requested, true",
        "mtls.certificate-rejected, mtls.issuer-not-accepted, true",
        "tunnel.refused, tunnel.auth-required, true",
        "tunnel.refused, tunnel.upstream-failed, true",
        // TMG answers CONNECT with 502 when it inspects and has no client certificate.
        "tunnel.upstream-failed, tls.inspected, true",
        "tls.inspected, mtls.not-requested, false",
        "tls.inspected, tls.terminated-at-replica-side, false",
        "tls.terminated-at-replica-side, tls.inspected, false",
        "mtls.certificate-rejected, mtls.none-configured, false",
        "tls.expired, tls.inspected, false",
        "replica.unreachable, proxy.unreachable, false"
    })
    void holdsBetweenTheRealRules(String general, String specific, boolean weaker) {
        assertThat(new Generality(Rules.all()).isWeaker(new RuleId(general), new RuleId(specific)))
                .isEqualTo(weaker);
    }

    @Test
    void everyRuleHasItsOwnNameATitleAndAPhaseInOrder() {
        Set<RuleId> ids = new HashSet<>();
        Phase reached = Phase.CONFIGURATION;
        for (Rule rule : Rules.all()) {
            assertThat(ids.add(rule.id())).as(rule.id().value()).isTrue();
            assertThat(rule.title()).isNotBlank().doesNotEndWith(".");
            assertThat(rule.phase()).as(rule.id().value()).isGreaterThanOrEqualTo(reached);
            reached = rule.phase();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "tls", "tls.", ".inspected", "TLS.inspected", "tls.in spected", "tls.inspected.x", "tls.-x"})
    void aRuleIdOfAnotherFormIsRefused(String text) {
        assertThatThrownBy(() -> new RuleId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
