package orders;

import io.quarkus.oidc.BearerTokenAuthentication;
import io.quarkus.security.PermissionsAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;

// snippet: resource
/** An API that takes certificate-bound access tokens: the annotation says that a certificate alone is no token. */
@Path("/orders")
@BearerTokenAuthentication
@Produces("application/json")
public class OrdersResource {
  @Inject
  JsonWebToken token;

  @GET
  @PermissionsAllowed("orders.read")
  public Map<String, String> orders() {
    return Map.of("sub", token.getSubject(), "client_id", token.getClaim("client_id"));
  }

  @POST
  @PermissionsAllowed("orders.write")
  public Map<String, String> order() {
    return orders();
  }
}
// end of snippet
