package orders;

import jakarta.servlet.http.HttpServletRequest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;

// snippet: opaque
/** Opaque tokens (RFC 7662) that are bound to the caller's certificate, which Spring does not look at. */
@Configuration
class OpaqueTokens {
  @Bean
  @Order(1)
  SecurityFilterChain reports(HttpSecurity http) throws Exception {
    return http
        .securityMatcher("/reports")
        .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_orders.read"))
        .oauth2ResourceServer(server -> server.opaqueToken(Customizer.withDefaults()))
        .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .build();
  }

  @Bean
  OpaqueTokenIntrospector introspector(
      HttpServletRequest request,
      @Value("${orders.issuer}") String issuer,
      @Value("${orders.audience}") String audience,
      @Value("${orders.introspection.client-id}") String clientId,
      @Value("${orders.introspection.client-secret}") String clientSecret) {
    OpaqueTokenIntrospector asked = SpringOpaqueTokenIntrospector.withIntrospectionUri(issuer + "/oauth2/introspect")
        .clientId(clientId)
        .clientSecret(clientSecret)
        .build();
    return token -> {
      OAuth2AuthenticatedPrincipal caller = asked.introspect(token);
      List<String> audiences = caller.getAttribute("aud");
      if (audiences == null || !audiences.contains(audience)) throw new BadOpaqueTokenException("another audience");
      if (!isBound(caller.getAttribute("cnf"), request)) throw new BadOpaqueTokenException("another certificate");
      return caller;
    };
  }

  /** Whether a token is bound to the certificate of the connection, and to nothing else. */
  private static boolean isBound(Map<String, Object> cnf, HttpServletRequest request) {
    Object chain = request.getAttribute("jakarta.servlet.request.X509Certificate");
    if (cnf == null || !(chain instanceof X509Certificate[] certificates) || certificates.length == 0) return false;
    return cnf.equals(Map.of("x5t#S256", thumbprint(certificates[0])));
  }

  private static String thumbprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException broken) {
      throw new BadOpaqueTokenException("a certificate that cannot be read", broken);
    }
  }
}
// end of snippet
