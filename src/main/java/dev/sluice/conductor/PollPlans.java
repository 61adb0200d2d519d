package dev.sluice.conductor;

import dev.sluice.capacity.Spread;
import dev.sluice.generation.Generation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The plan of each model, made anew when more was learnt of it, for as many polls as the savings allow. */
final class PollPlans {

    private final Polling polling;
    private final Function<@Nullable String, Optional<Spread>> spreads;
    private final Savings savings = new Savings();
    private final Map<String, Planned> byModel = new ConcurrentHashMap<>();

    /** @param generations how many were polled by that plan and those before it */
    private record Planned(Spread spread, PollPlan plan, int generations) {

        PollPlan ofTheLatest() {
            return generations % PollPlan.EXPLORED == 0 ? plan.exploring() : plan;
        }
    }

    /** @param spreads of each model when its endings are likely; empty until enough is known, and for most of them ever */
    PollPlans(Polling polling, Function<@Nullable String, Optional<Spread>> spreads) {
        this.polling = polling;
        this.spreads = spreads;
    }

    /**
     * The pace of one that is so old now.
     *
     * @param turns of the fixed pace that are left until it is overdue
     */
    LearntPace paceOf(Generation generation, Duration elapsed, long turns) {
        @Nullable String model = generation.request().selectedModel();
        Optional<PollPlan> plan = spreads.apply(model)
                .map(spread -> byModel.compute(model == null ? "" : model, (_, known) -> upToDate(known, spread))
                        .ofTheLatest());
        return new LearntPace(polling, plan, savings, elapsed, turns);
    }

    private Planned upToDate(@Nullable Planned known, Spread spread) {
        int generations = known == null ? 0 : known.generations() + 1;
        return known != null && known.spread() == spread
                ? new Planned(spread, known.plan(), generations)
                : new Planned(spread, PollPlan.of(new FixedPolls(spread, polling), savings.share()), generations);
    }
}
