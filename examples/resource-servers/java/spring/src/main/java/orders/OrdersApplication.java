package orders;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An API that takes certificate-bound access tokens and no others: orders as JWT, reports as opaque tokens. */
@SpringBootApplication
@RestController
public class OrdersApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(OrdersApplication.class, arguments);
  }

  @GetMapping("/orders")
  Map<String, String> orders(Authentication caller) {
    return Map.of("sub", caller.getName(), "client_id", ClientId.of(caller));
  }

  @PostMapping("/orders")
  Map<String, String> order(Authentication caller) {
    return orders(caller);
  }

  @GetMapping("/reports")
  Map<String, String> reports(Authentication caller) {
    return orders(caller);
  }
}
