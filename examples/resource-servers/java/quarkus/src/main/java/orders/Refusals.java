package orders;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

// snippet: refusals
/** Refuses as RFC 6750 §3.1 has it; Quarkus alone says no more than Bearer. */
public class Refusals {
  @ServerExceptionMapper
  public Response invalid(AuthenticationFailedException refused) {
    return refuse(401, "invalid_token");
  }

  @ServerExceptionMapper
  public Response insufficient(ForbiddenException refused) {
    return refuse(403, "insufficient_scope");
  }

  private static Response refuse(int status, String error) {
    return Response.status(status).header("WWW-Authenticate", "Bearer error=\"" + error + "\"").build();
  }
}
// end of snippet
