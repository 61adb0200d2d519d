package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ClientsFileTests {

    @Test
    void readsCallersAsTheSettingsSayThem() {
        ClientProperties read = ClientsFile.parse("""
            sluice:
              clients:
                - id: alice
                  key: alice-key-of-the-file
                  weight: 2.5
                  requests-per-minute: 7
                  origins: [https://app.example.com]
                - {id: bob, key: bob-key-of-the-file}
            """);

        assertThat(read.clients()).extracting(ClientProperties.Client::id).containsExactly("alice", "bob");
        assertThat(read.clients().getFirst().allowance().weight()).isEqualTo(2.5);
        assertThat(read.clients().getFirst().requestsPerMinute()).isEqualTo(7);
        assertThat(read.clients().getFirst().origins()).containsExactly("https://app.example.com");
        assertThat(read.clients().getLast().requestsPerMinute()).isEqualTo(60);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                                                                   | sluice.clients-file names no caller
        sluice:                                                              | must say sluice.clients, as an application.yaml does
        {sluice: {clients: []}}                                              | must say sluice.clients, as an application.yaml does
        clients: [{id: alice, key: canary-canary}]                           | and nothing else: not clients[0].id
        {sluice: {clients: [{id: a, key: canary-canary}], retention: 1d}}    | and nothing else: not sluice.retention
        {sluice: {clients-file: other.yaml}}                                 | and nothing else: not sluice.clients-file
        {sluice: {clients: [{id: a, key: canary-canary, wieght: 2}]}}        | sluice.clients[0].wieght is not a setting of a caller
        {sluice: {clients: [{id: a, key: canary}]}}                          | sluice.clients[n].key of a must be at least 8
        {sluice: {clients: [{id: a, key: canary-canary, weight: canary}]}}   | sluice.clients[0].weight has no good value
        {sluice: {clients: [{id: a, key: canary-1}, {id: b, key: canary-1}]}} | b is there twice, or has the key of another
        {sluice: {clients: [{id: a, key: canary-canary                       | sluice.clients-file is no YAML: line 1
        canary                                                               | sluice.clients-file
        """)
    void refusesWhatIsWrongAndQuotesNoKey(String content, String said) {
        assertThatThrownBy(() -> ClientsFile.parse(content == null ? "" : content))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(said)
                .hasMessageNotContaining("canary")
                .hasNoCause();
    }

    @Test
    void mayBeNamedInTheEnvironment() {
        MutablePropertySources environment = new MutablePropertySources();
        environment.addFirst(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of("SLUICE_CLIENTS_FILE", "/etc/sluice/callers.yaml")));

        ClientProperties read = new Binder(ConfigurationPropertySources.from(environment))
                .bindOrCreate("sluice", Bindable.of(ClientProperties.class));

        assertThat(read.clientsFile()).hasToString("/etc/sluice/callers.yaml");
        assertThat(read.clients()).isEqualTo(List.of());
    }
}
