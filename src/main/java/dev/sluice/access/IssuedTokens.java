package dev.sluice.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWKSecurityContext;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.sluice.generation.CallerId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/** Tokens (JWT) of one issuer: signed by it, meant for Sluice, and valid now. */
final class IssuedTokens implements Tokens {

    private static final Logger log = LoggerFactory.getLogger(IssuedTokens.class);

    /** Public keys only: with a shared secret whoever can check a token could make one. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** Three parts with dots between them (RFC 7515, section 7.1), of which the last, the signature, may be empty. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

    /** Whatever issuers make names of, and nothing that a log could take for something else. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~@:|+/=-]{1,128}");

    private final IssuerKeys keys;
    private final String claim;
    private final NimbusReactiveJwtDecoder decoder = new NimbusReactiveJwtDecoder(this::verified);
    private final DefaultJWTProcessor<JWKSecurityContext> signatures = new DefaultJWTProcessor<>();

    IssuedTokens(JwtProperties properties) {
        String issuer = Objects.requireNonNull(properties.issuerUri()).toString();
        this.keys = new IssuerKeys(issuer);
        this.claim = properties.clientClaim();
        decoder.setJwtValidator(validator(issuer, Objects.requireNonNull(properties.audience())));
        signatures.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new JWKSecurityContextJWKSet()));
        signatures.setJWSTypeVerifier((_, _) -> {}); // both are looked at by the decoder's validators
        signatures.setJWTClaimsSetVerifier((_, _) -> {});
    }

    /** {@code at+jwt} is the type of access tokens (RFC 9068); many issuers say only {@code JWT}, or nothing. */
    private static OAuth2TokenValidator<Jwt> validator(String issuer, String audience) {
        JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt");
        type.setAllowEmpty(true);
        JwtTimestampValidator time = new JwtTimestampValidator();
        time.setAllowEmptyExpiryClaim(false);
        return new DelegatingOAuth2TokenValidator<>(
                type, time, new JwtIssuerValidator(issuer), new JwtAudienceValidator(audience));
    }

    @Override
    public Mono<CallerId> bearer(String credential) {
        return FORM.matcher(credential).matches()
                ? decoder.decode(credential).map(this::name).onErrorMap(JwtException.class, this::refusal)
                : Mono.empty();
    }

    private CallerId name(Jwt token) {
        if (token.getClaims().get(claim) instanceof String name
                && NAME.matcher(name).matches()) {
            return new CallerId(name);
        }
        throw new BadJwtException("It names no caller");
    }

    private RuntimeException refusal(JwtException failure) {
        if (failure.getCause() instanceof IssuerUnreachable unreachable) {
            return unreachable;
        }
        log.debug("A token was refused: because={}", whyWithoutTheToken(failure));
        return Unauthenticated.withBadToken(claim);
    }

    /** Others' messages may quote what they could not read. */
    private static String whyWithoutTheToken(JwtException failure) {
        return failure instanceof JwtValidationException invalid
                ? invalid.getErrors().toString()
                : "it cannot be read, is not signed by a key of the issuer, or names no caller";
    }

    private Mono<JWTClaimsSet> verified(JWT token) {
        return token instanceof SignedJWT signed
                        && ALGORITHMS.contains(signed.getHeader().getAlgorithm())
                ? keys.forKeyId(signed.getHeader().getKeyID()).map(known -> verified(signed, known))
                : Mono.error(new BadJwtException("It is not signed with a private key"));
    }

    private JWTClaimsSet verified(SignedJWT token, List<JWK> known) {
        try {
            return signatures.process(token, new JWKSecurityContext(known));
        } catch (BadJOSEException | JOSEException e) {
            throw new BadJwtException("Its signature is none of the issuer's", e);
        }
    }
}
