package dev.sluice.api;

import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;

/** Which of the media types that a path can answer with its caller likes best (RFC 9110, section 12.5.1). */
final class Accepts {

    /** Beyond this Spring gives up in places where nobody can be told any more. */
    private static final int MOST_RANGES = 50;

    private Accepts() {}

    /**
     * @param offered best first where the caller has no preference
     * @throws Refusal if the caller accepts none of them
     */
    static MediaType best(ServerWebExchange exchange, MediaType... offered) {
        List<MediaType> accepted = accepted(exchange, offered);
        return List.of(offered).stream()
                .flatMap(offer -> range(accepted, offer).map(range -> new Liked(offer, range)).stream())
                .filter(liked -> liked.range().getQualityValue() > 0)
                .max(Comparator.comparingDouble((Liked liked) -> liked.range().getQualityValue())
                        .thenComparingInt(liked -> specificity(liked.range()))
                        .thenComparingInt(liked -> -List.of(offered).indexOf(liked.offer())))
                .map(Liked::offer)
                .orElseThrow(() -> refusal("", offered));
    }

    private record Liked(MediaType offer, MediaType range) {}

    private static Refusal refusal(String why, MediaType... offered) {
        return new Refusal(
                ProblemType.NOT_ACCEPTABLE,
                why + "Accept one of "
                        + List.of(offered).stream().map(MediaType::toString).toList());
    }

    private static List<MediaType> accepted(ServerWebExchange exchange, MediaType... offered) {
        try {
            List<MediaType> accepted = exchange.getRequest().getHeaders().getAccept();
            if (accepted.size() > MOST_RANGES) {
                throw refusal("The header Accept names more than " + MOST_RANGES + " media types. ", offered);
            }
            return accepted.isEmpty() ? List.of(MediaType.ALL) : accepted;
        } catch (InvalidMediaTypeException e) {
            throw refusal("The header Accept cannot be read. ", offered);
        }
    }

    /** The most specific range decides about an offer, whatever the others say. */
    private static Optional<MediaType> range(List<MediaType> accepted, MediaType offer) {
        return accepted.stream()
                .filter(range -> range.isCompatibleWith(offer))
                .max(Comparator.comparingInt(Accepts::specificity));
    }

    private static int specificity(MediaType range) {
        return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
    }
}
