package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What {@link PrometheusTests} cannot see, since it is not in the queries. */
class DashboardTests {

    /** Grafana would show nothing, in the colour of the lowest threshold: red at night, when nobody asks for pictures. */
    @Test
    void saysInWordsThatThereWasNothingToCount() {
        assertThat(AlertRules.dashboardPanels()
                        .filter(panel -> panel.path("type").stringValue().equals("stat"))
                        .filter(DashboardTests::divides))
                .isNotEmpty()
                .allSatisfy(panel -> assertThat(wordsForNothing(panel))
                        .as(panel.path("title").stringValue())
                        .startsWith("none"));
    }

    private static String wordsForNothing(JsonNode panel) {
        JsonNode special = panel.at("/fieldConfig/defaults/mappings/0/options");
        return special.path("match").asString("").equals("null+nan")
                ? special.at("/result/text").asString("")
                : "";
    }

    private static boolean divides(JsonNode panel) {
        String query = panel.at("/targets/0/expr").stringValue();
        return query.contains(" / ") || query.contains("histogram_quantile");
    }
}
