package springlogin;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application whose every page wants a sign-in, which Spring Boot sets up by its configuration alone. */
@SpringBootApplication
@RestController
public class LoginApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(LoginApplication.class, arguments);
  }

  @GetMapping("/")
  Map<String, Object> person(@AuthenticationPrincipal OidcUser person) {
    return person.getClaims();
  }
}
