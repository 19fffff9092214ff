package quarkusapp;

import io.quarkus.oidc.BearerTokenAuthentication;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.jwt.JsonWebToken;

// snippet: api
/** A call that wants a token: the annotation says that a certificate alone is no token. */
@Path("/api")
@BearerTokenAuthentication
public class ApiResource {
  @Inject
  JsonWebToken token;

  @GET
  @Produces("text/plain")
  public String caller() {
    return token.getSubject();
  }
}
// end of snippet
