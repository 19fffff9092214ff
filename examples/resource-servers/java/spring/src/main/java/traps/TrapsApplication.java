package traps;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What not to copy: set-ups that refuse the right token, or take it from whoever stole it. */
@SpringBootApplication
@RestController
public class TrapsApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(TrapsApplication.class, arguments);
  }

  @GetMapping("/{trap}")
  String reached() {
    return "reached";
  }

  // snippet: tutorial
  /** What `issuer-uri` alone comes to: refuses every token whose type is at+jwt. */
  @Bean
  @Order(1)
  SecurityFilterChain tutorial(HttpSecurity http, @Value("${orders.issuer}") String issuer) throws Exception {
    return http
        .securityMatcher("/tutorial")
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.decoder(JwtDecoders.fromIssuerLocation(issuer))))
        .build();
  }
  // end of snippet

  // snippet: recipe
  /** Spring's recipe for RFC 9068: takes a bound token over any connection. */
  @Bean
  @Order(2)
  SecurityFilterChain recipe(
      HttpSecurity http,
      @Value("${orders.issuer}") String issuer,
      @Value("${orders.audience}") String audience,
      @Value("${orders.client-id}") String clientId) throws Exception {
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer).validateType(false).build();
    decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
        .issuer(issuer)
        .audience(audience)
        .clientId(clientId)
        .build());
    return http
        .securityMatcher("/recipe")
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.decoder(decoder)))
        .build();
  }
  // end of snippet

  // snippet: opaque
  /** Introspection as the tutorials have it: does not look at cnf, nor at aud. */
  @Bean
  @Order(3)
  SecurityFilterChain opaque(
      HttpSecurity http,
      @Value("${orders.issuer}") String issuer,
      @Value("${orders.introspection.client-id}") String clientId,
      @Value("${orders.introspection.client-secret}") String clientSecret) throws Exception {
    return http
        .securityMatcher("/opaque")
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2ResourceServer(server -> server.opaqueToken(token -> token
            .introspectionUri(issuer + "/oauth2/introspect")
            .introspectionClientCredentials(clientId, clientSecret)))
        .build();
  }
  // end of snippet
}
