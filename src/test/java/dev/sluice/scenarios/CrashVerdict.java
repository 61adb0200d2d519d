package dev.sluice.scenarios;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Ledger.Submit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Holds what the callers were told against Sluice's log, and that against the upstream's ledger. */
final class CrashVerdict {

    private static final String GENERATIONS = "/v1/generations";

    private final Map<String, Logged> log = new LinkedHashMap<>();
    private final Map<String, Long> paid;
    private final List<String> faults = new ArrayList<>();
    private int doubled;
    private int lost;
    private int gaps;
    private int repeats;

    /** A generation as the log has it. */
    private record Logged(String id, String prompt, List<Event> events) {

        String ending() {
            return events.getLast().name();
        }

        List<String> names() {
            return EventStream.names(events);
        }

        @Override
        public String toString() {
            return "\"%s\" (%s, %s)".formatted(prompt, id, names());
        }
    }

    private CrashVerdict(Ledger ledger) {
        paid = ledger.accepted().stream().collect(groupingBy(Submit::prompt, counting()));
    }

    /** The logs of these callers must be all that there are. */
    static CrashVerdict of(CrashLoad load, Ledger ledger, Client... callers) {
        CrashVerdict verdict = of(load.records(), ledger, callers);
        load.unpaid().forEach(verdict::judgeThePromise);
        verdict.faults.addAll(load.faults());
        return verdict;
    }

    static CrashVerdict of(List<CrashRecord> records, Ledger ledger, Client... callers) {
        CrashVerdict verdict = new CrashVerdict(ledger);
        for (Client caller : callers) {
            verdict.read(caller);
        }
        verdict.judgeTheMoney();
        records.forEach(verdict::judge);
        return verdict;
    }

    private void read(Client caller) {
        Optional<String> next = Optional.of(GENERATIONS + "?limit=100");
        while (next.isPresent()) {
            JsonNode page = caller.get(next.get()).json();
            page.path("items").values().forEach(item -> {
                String id = item.path("id").stringValue();
                log.put(id, new Logged(id, item.path("prompt").stringValue(), events(caller, id)));
            });
            next = page.path("next").asStringOpt().map(cursor -> GENERATIONS + "?limit=100&cursor=" + cursor);
        }
    }

    private static List<Event> events(Client caller, String id) {
        try (EventStream stream = caller.stream(GENERATIONS + "/" + id + "/events")) {
            for (Optional<Event> next = stream.next(); next.isPresent(); ) {
                next = stream.next();
            }
            return stream.recorded();
        }
    }

    private void judgeTheMoney() {
        paid.forEach((prompt, times) -> {
            if (times > 1) {
                doubled++;
                faults.add("\"%s\" was paid for %d times".formatted(prompt, times));
            }
        });
        Map<String, Long> mayBePaid = new HashMap<>(paid);
        for (Logged logged : log.values()) {
            long times = paid.getOrDefault(logged.prompt(), 0L);
            boolean hasItsEnding = logged.names().contains("processing")
                    ? logged.ending().equals("completed") && times > 0
                    : List.of("unknown", "cancelled", "rejected").contains(logged.ending());
            if (!hasItsEnding) {
                lost(logged + " has not the ending that belongs to it, paid " + times);
            }
            if (List.of("completed", "unknown").contains(logged.ending())) {
                mayBePaid.remove(logged.prompt());
            }
        }
        mayBePaid.keySet().forEach(prompt -> lost("\"" + prompt + "\" was paid for, and the log says nothing of it"));
    }

    private void judgeThePromise(String prompt) {
        if (paid.containsKey(prompt)) {
            lost("\"" + prompt + "\" was paid for, and its caller was told that it was not");
        }
    }

    private void judge(CrashRecord record) {
        Logged logged = record.id().map(log::get).orElse(null);
        if (logged == null) {
            lost("\"" + record.prompt() + "\" was acknowledged, and the log does not know it");
            return;
        }
        if (record.wasWithdrawn() && !logged.ending().equals("cancelled")) {
            lost(logged + " goes on though its owner was told that it was cancelled");
        }
        List<String> told = told(record.events());
        if (new HashSet<>(told).size() < told.size()) {
            repeats++;
            faults.add(logged + " was told twice: " + told);
        } else if (!told.equals(asFarAs(record, told(logged.events())))) {
            gaps++;
            faults.add(logged + " was told as " + told);
        }
    }

    /** {@code unknown} is an ending to those who were told it, though a late answer may take the generation back from it. */
    private static List<String> asFarAs(CrashRecord record, List<String> written) {
        List<Event> told = record.events();
        boolean endsThere = !told.isEmpty() && told.getLast().name().equals("unknown");
        return endsThere ? written.subList(0, Math.min(told.size(), written.size())) : written;
    }

    /** Which event, and what it says has happened. */
    private static List<String> told(List<Event> events) {
        return events.stream().map(event -> event.id() + " " + event.name()).toList();
    }

    private void lost(String fault) {
        lost++;
        faults.add(fault);
    }

    int generations() {
        return log.size();
    }

    /** Empty when every promise was kept. */
    List<String> faults() {
        return faults;
    }

    long ended(String status) {
        return log.values().stream()
                .filter(logged -> logged.ending().equals(status))
                .count();
    }

    @Override
    public String toString() {
        return "generations=%d unknown=%d cancelled=%d rejected=%d doubled=%d lost=%d gaps=%d repeats=%d"
                .formatted(
                        generations(),
                        ended("unknown"),
                        ended("cancelled"),
                        ended("rejected"),
                        doubled,
                        lost,
                        gaps,
                        repeats);
    }
}
