package httpclient;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/** Calls an API again and again until it is gone, while the key store is renewed. */
public final class CallingService {
  public static void main(String[] arguments) throws Exception {
    Service service = new Service(
        URI.create(System.getenv("ISSUER") + "/oauth2/token"),
        System.getenv("CLIENT_ID"),
        Path.of(System.getenv("KEY_STORE")),
        System.getenv("KEY_STORE_PASSWORD").toCharArray());
    URI api = URI.create(System.getenv("API"));
    for (int status = 200; status != 410; Thread.sleep(200)) {
      // snippet: call
      Service.Access access = service.access();
      HttpRequest request = HttpRequest.newBuilder(api).header("Authorization", "Bearer " + access.token()).build();
      status = access.http().send(request, BodyHandlers.discarding()).statusCode();
      // end of snippet
      if (status != 200 && status != 410) throw new IllegalStateException("the API answered " + status);
    }
  }
}
