package httpclient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

// snippet: service
/**
 * Calls APIs with tokens that are bound to the certificate of a key store. Each certificate has a client of its own, so
 * that neither connections nor tokens of one are used with those of another.
 */
final class Service {
  /** A token, and the client that presents the certificate it is bound to. */
  record Access(HttpClient http, String token) {}

  private final URI tokenEndpoint;
  private final String clientId;
  private final Path keyStore;
  private final char[] password;
  private FileTime loaded;
  private Access access;
  private Instant renewAt = Instant.MIN;

  Service(URI tokenEndpoint, String clientId, Path keyStore, char[] password) {
    this.tokenEndpoint = tokenEndpoint;
    this.clientId = clientId;
    this.keyStore = keyStore;
    this.password = password;
  }

  /** What the next call takes; one token is fetched at a time, and renewed before its end. */
  synchronized Access access() throws IOException, InterruptedException, GeneralSecurityException {
    HttpClient http = access == null ? null : access.http();
    FileTime modified = Files.getLastModifiedTime(keyStore);
    boolean changed = !modified.equals(loaded);
    if (changed) {
      try {
        http = clientOf(keyStore, password);
        loaded = modified;
      } catch (IOException | GeneralSecurityException broken) {
        if (access == null) throw broken;
        changed = false; // the last good one goes on
      }
    }
    if (changed || Instant.now().isAfter(renewAt)) {
      JsonNode token = fetchToken(http);
      access = new Access(http, token.get("access_token").asString());
      renewAt = Instant.now().plusSeconds(token.get("expires_in").asLong() * 8 / 10);
    }
    return access;
  }

  private JsonNode fetchToken(HttpClient http) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(tokenEndpoint)
        .timeout(Duration.ofSeconds(10))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString("grant_type=client_credentials&client_id=" + clientId))
        .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    JsonNode answer = new ObjectMapper().readTree(response.body());
    if (response.statusCode() != 200) throw new IOException("no token: " + answer.get("error"));
    return answer;
  }

  private static HttpClient clientOf(Path keyStore, char[] password) throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    return HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(5)).build();
  }
}
// end of snippet
