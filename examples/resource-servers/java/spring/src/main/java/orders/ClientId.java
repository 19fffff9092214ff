package orders;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;

/** Which client a caller is. */
final class ClientId {
  static String of(Authentication caller) {
    return caller instanceof AbstractOAuth2TokenAuthenticationToken<?> token
        ? String.valueOf(token.getTokenAttributes().get("client_id"))
        : "";
  }

  private ClientId() {}
}
