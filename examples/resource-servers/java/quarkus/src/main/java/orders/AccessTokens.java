package orders;

import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.jwt.consumer.Validator;

// snippet: validator
/** What Quarkus leaves open: a token's type, and that it is bound to a certificate and to nothing else. */
@Unremovable
@ApplicationScoped
public class AccessTokens implements Validator {
  @Override
  public String validate(JwtContext token) {
    String type = token.getJoseObjects().get(0).getHeader("typ");
    if (type == null || !type.toLowerCase().matches("(application/)?at\\+jwt")) return "no access token";
    Object cnf = token.getJwtClaims().getClaimValue("cnf");
    boolean bound = cnf instanceof Map<?, ?> members && members.keySet().equals(Set.of("x5t#S256"));
    return bound ? null : "not bound to a certificate alone";
  }
}
// end of snippet
