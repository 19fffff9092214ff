package springapi;

import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An API: tokens of the issuer alone, and bound ones only over a connection with their certificate. */
@SpringBootApplication
@EnableMethodSecurity
@RestController
public class ApiApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(ApiApplication.class, arguments);
  }

  // snippet: api
  @Bean
  JwtDecoder accessTokens(@Value("${spring.security.oauth2.resourceserver.jwt.issuer-uri}") String issuer) {
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer).build();
    decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(List.of(
        new JwtIssuerValidator(issuer), new JwtAudienceValidator(issuer), new JwtTypeValidator("at+jwt"))));
    return decoder;
  }
  // end of snippet

  // snippet: role
  @PreAuthorize("hasRole('report-reader')")
  @GetMapping("/reports")
  String reports() {
    return "reports";
  }
  // end of snippet

  @GetMapping("/")
  String caller(@AuthenticationPrincipal Jwt token) {
    return token.getSubject();
  }
}
