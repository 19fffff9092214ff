package httpclient;

import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Asks for a token with nothing but the JDK and a key store, and prints the answer. */
public final class MutualTls {
  public static void main(String[] arguments) throws Exception {
    String issuer = System.getenv("ISSUER");
    String clientId = System.getenv("CLIENT_ID");
    File keyStoreFile = new File(System.getenv("KEY_STORE"));
    char[] password = System.getenv("KEY_STORE_PASSWORD").toCharArray();

    // snippet: mutual-tls
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(keyStoreFile, password), password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    HttpClient client = HttpClient.newBuilder().sslContext(tls).build();

    HttpResponse<String> response = client.send(
        HttpRequest.newBuilder(URI.create(issuer + "/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials&client_id=" + clientId))
            .build(),
        BodyHandlers.ofString());
    // end of snippet

    if (response.statusCode() != 200) throw new IllegalStateException(response.statusCode() + " " + response.body());
    System.out.println(response.body());
  }
}
