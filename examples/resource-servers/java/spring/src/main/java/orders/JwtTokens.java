package orders;

import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

// snippet: jwt
/** JWT access tokens (RFC 9068) that are bound to the caller's certificate (RFC 8705). */
@Configuration
class JwtTokens {
  @Bean
  @Order(2)
  SecurityFilterChain orders(HttpSecurity http, JwtDecoder accessTokens) throws Exception {
    return http
        .authorizeHttpRequests(requests -> requests
            .requestMatchers(HttpMethod.GET, "/orders").hasAuthority("SCOPE_orders.read")
            .requestMatchers(HttpMethod.POST, "/orders").hasAuthority("SCOPE_orders.write")
            .anyRequest().denyAll())
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable) // no cookie says who somebody is
        .build();
  }

  @Bean
  JwtDecoder accessTokens(
      @Value("${orders.issuer}") String issuer, @Value("${orders.audience}") String audience) {
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer)
        .validateType(false) // Spring Security 6 takes no other than JWT by itself
        .jwsAlgorithm(SignatureAlgorithm.ES256)
        .build();
    // The defaults compare cnf.x5t#S256 with the certificate of the connection. createAtJwtValidator() does not.
    decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(
        new JwtTypeValidator("at+jwt", "application/at+jwt"),
        new JwtIssuerValidator(issuer),
        new JwtAudienceValidator(audience),
        boundToCertificate()));
    return decoder;
  }

  /** The defaults let a token pass that is bound to nothing, or to the key of a DPoP proof that nobody gave. */
  private static JwtClaimValidator<Map<String, Object>> boundToCertificate() {
    return new JwtClaimValidator<>("cnf", cnf -> cnf != null && cnf.keySet().equals(Set.of("x5t#S256")));
  }
}
// end of snippet
