package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Answer;
import dev.sluice.simulator.picture.Picture;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/** Answers to everything that costs nothing to ask. */
final class Inquiries {

    private static final Pattern PICTURE = Pattern.compile("(\\w+)-(\\d{1,3})\\.png");

    private final Account account;
    private final Generations generations;
    private final Answers answers;
    private final Clock clock;
    private final Gallery gallery = new Gallery();
    private volatile boolean fails;

    Inquiries(Account account, Generations generations, Answers answers, Clock clock) {
        this.account = account;
        this.generations = generations;
        this.answers = answers;
        this.clock = clock;
    }

    /** From now on a task that is not known, but has an id as this makes them, has failed. */
    void failWhatIsNotKnown() {
        fails = true;
    }

    Poll poll(String id, String authorization) {
        Optional<Generation> generation = generations.find(id);
        String prompt = generation.map(known -> known.submit().prompt()).orElse("");
        if (!account.knows(authorization)) {
            return new Poll(prompt, Answers.wrongKey());
        }
        return generation
                .map(known -> new Poll(prompt, answers.polled(known, clock.instant())))
                .orElseGet(() -> new Poll(prompt, unknown(id)));
    }

    private Answer unknown(String id) {
        return fails && id.startsWith(Desk.ID_PREFIX) ? Answers.lost(id) : Answers.error(404, "Generation not found");
    }

    Reply credits(String authorization) {
        return account.knows(authorization) ? Answers.credits(account.credits()) : Answers.wrongKey();
    }

    /** Needs no key, as the addresses of pictures never do. */
    Mono<Reply> picture(String name) {
        return Mono.justOrEmpty(find(PICTURE.matcher(name)))
                .flatMap(gallery::png)
                .<Reply>map(Reply.Png::new)
                .defaultIfEmpty(Answers.error(404, "No such picture"));
    }

    private Optional<Picture> find(Matcher name) {
        if (!name.matches()) {
            return Optional.empty();
        }
        int place = Integer.parseInt(name.group(2));
        return generations.find(name.group(1)).flatMap(known -> known.findPicture(place, clock.instant()));
    }
}
