package quarkusapp;

import io.quarkus.oidc.UserInfo;
import io.quarkus.security.Authenticated;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

// snippet: login
/** A page that wants a sign-in, and says who signed in. */
@Path("/login")
@Authenticated
public class LoginResource {
  @Inject
  UserInfo person;

  @GET
  @Produces("application/json")
  public String person() {
    return person.getUserInfoString();
  }
}
// end of snippet
