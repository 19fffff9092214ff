import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client in plain Java: gets a token by client_credentials over mutual TLS, checks that it is bound to its certificate
 * (RFC 8705 section 3.1), and asks the server about it (RFC 7662). Once for each TLS version it is given.
 *
 * <p>Exit code 0 when all of it is as it should be, otherwise 1 with the reason on standard error.
 */
public final class TokenClient {
    private static final String USAGE =
        "TokenClient ISSUER CLIENT_ID KEYSTORE.p12 PASSWORD TRUSTSTORE.jks PASSWORD TLS_VERSION...";
    private static final int FIXED_ARGUMENTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String issuer;
    private final String clientId;
    private final KeyStore keys;
    private final char[] keyPassword;
    private final KeyStore trusted;

    private TokenClient(String[] args) throws IOException, GeneralSecurityException {
        issuer = args[0];
        clientId = args[1];
        keyPassword = args[3].toCharArray();
        keys = open("PKCS12", args[2], keyPassword);
        trusted = open("JKS", args[4], args[5].toCharArray());
    }

    public static void main(String[] args) throws Exception {
        if (args.length <= FIXED_ARGUMENTS) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try {
            TokenClient client = new TokenClient(args);
            for (int i = FIXED_ARGUMENTS; i < args.length; i++) client.run(args[i]);
        } catch (Refused refused) {
            System.err.println(refused.getMessage());
            System.exit(1);
        }
    }

    private static KeyStore open(String type, String file, char[] password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        try (var in = Files.newInputStream(Path.of(file))) {
            store.load(in, password);
        }
        return store;
    }

    private void run(String tlsVersion) throws Exception {
        HttpClient http = clientFor(tlsVersion);
        HttpResponse<String> granted = post(http, "/oauth2/token", Map.of("grant_type", "client_credentials"));
        String used = granted.sslSession().map(SSLSession::getProtocol).orElse("none");
        require(used.equals(tlsVersion), "expected " + tlsVersion + ", spoke " + used);
        String token = textMember(granted.body(), "access_token");

        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        String bound = textMember(claims, "x5t#S256");
        String own = thumbprint();
        require(bound.equals(own), "the token is bound to " + bound + ", the certificate is " + own);

        HttpResponse<String> known = post(http, "/oauth2/introspect", Map.of("token", token));
        require(known.body().contains("\"active\":true"), "introspection says " + known.body());
        require(textMember(known.body(), "x5t#S256").equals(own), "introspection says " + known.body());
        require(textMember(known.body(), "client_id").equals(clientId), "introspection says " + known.body());
        System.out.println(used + " " + bound);
    }

    private HttpClient clientFor(String tlsVersion) throws GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, keyPassword);
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {tlsVersion});
        return HttpClient.newBuilder()
            .sslContext(context)
            .sslParameters(parameters)
            .connectTimeout(PATIENCE)
            .build();
    }

    private HttpResponse<String> post(HttpClient http, String path, Map<String, String> form)
            throws IOException, InterruptedException {
        String body = form.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&", "", "&client_id=" + URLEncoder.encode(clientId, StandardCharsets.UTF_8)));
        HttpResponse<String> response = http.send(
            HttpRequest.newBuilder(URI.create(issuer + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
        require(response.statusCode() == 200, path + " answered " + response.statusCode() + " " + response.body());
        return response;
    }

    /** base64url of the SHA-256 of the certificate in DER. */
    private String thumbprint() throws GeneralSecurityException {
        byte[] der = keys.getCertificate(keys.aliases().nextElement()).getEncoded();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(der);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private static String textMember(String json, String name) {
        Matcher member = Pattern.compile("\"" + Pattern.quote(name) + "\":\"([^\"]*)\"").matcher(json);
        require(member.find(), name + " is missing in " + json);
        return member.group(1);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) throw new Refused(otherwise);
    }

    private static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }
}
