package dev.sluice.access;

import dev.sluice.access.ClientProperties.Client;
import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everybody who may call: those who are configured, by now, and whom an issuer of tokens names. */
public final class Callers {

    /** On the simulator nothing costs anything, and nobody is to be stopped by a quota before a minute is over. */
    private static final Allowance DEMO = new Allowance(1, 6_000, null);

    private final Optional<Caller> anybody;
    private final boolean issuerNamesOthers;
    private final List<Consumer<CallerId>> farewells = new CopyOnWriteArrayList<>();
    private volatile List<Known> known;
    private volatile Set<String> origins;

    private record Known(byte @Nullable [] hash, Caller caller) {}

    private Callers(List<Known> known, Optional<Caller> anybody, boolean issuerNamesOthers) {
        this.known = known;
        this.origins = originsOf(known);
        this.anybody = anybody;
        this.issuerNamesOthers = issuerNamesOthers;
    }

    /** @param issuerNamesOthers whether tokens may name callers beside those that are configured */
    static Callers of(ClientProperties properties, boolean issuerNamesOthers) {
        if (!issuerNamesOthers) {
            properties.requireKeys();
        }
        return new Callers(known(properties), Optional.empty(), issuerNamesOthers);
    }

    private static List<Known> known(ClientProperties properties) {
        return properties.clients().stream()
                .map(client -> new Known(client.hash(), caller(client)))
                .toList();
    }

    private static Set<String> originsOf(List<Known> known) {
        return known.stream().flatMap(one -> one.caller().origins().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static Caller caller(Client client) {
        return new Caller(
                new CallerId(client.name()),
                client.allowance(),
                client.passThrough(),
                client.originsOfPages(),
                true,
                null);
    }

    /** Everybody is {@code demo}, with a key or without one. */
    static Callers demo() {
        Caller demo = new Caller(new CallerId("demo"), DEMO, true, Set.of(), true, null);
        return new Callers(List.of(), Optional.of(demo), false);
    }

    /** Who sends that {@code Authorization} header; empty if nobody who is known. Keys are compared in constant time. */
    public Optional<Caller> recognise(@Nullable String authorization) {
        return anybody.or(() -> Bearer.credential(authorization).flatMap(this::byKey));
    }

    private Optional<Caller> byKey(String key) {
        byte[] hash = GatewayKey.hash(key);
        return known.stream()
                .filter(candidate -> candidate.hash() != null && MessageDigest.isEqual(candidate.hash(), hash))
                .map(Known::caller)
                .findFirst();
    }

    /** The one that is configured under that name. */
    Optional<Caller> configured(CallerId id) {
        return anybody.filter(demo -> demo.id().equals(id))
                .or(() -> known.stream()
                        .map(Known::caller)
                        .filter(caller -> caller.id().equals(id))
                        .findFirst());
    }

    /** Whom the issuer names so: with the settings of the one that is configured under that name, else with the usual ones. */
    Optional<Caller> namedByIssuer(CallerId id) {
        return issuerNamesOthers
                ? configured(id).or(() -> Optional.of(new Caller(id, Allowance.USUAL, false, Set.of(), false, null)))
                : Optional.empty();
    }

    /** Every origin that is configured for anybody. */
    public Set<String> origins() {
        return origins;
    }

    /** From now on these are configured, and nobody else. */
    void change(ClientProperties properties) {
        List<Known> before = known;
        known = known(properties);
        origins = originsOf(known);
        before.stream()
                .map(one -> one.caller().id())
                .filter(id -> configured(id).isEmpty())
                .forEach(id -> farewells.forEach(farewell -> farewell.accept(id)));
    }

    /** Calls the listener with everybody who is no longer configured, and is not recognised by a key any more. */
    public void onFarewell(Consumer<CallerId> listener) {
        farewells.add(listener);
    }
}
