package nimbus;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformation;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Date;

/** A page that signs one person in and says who it is. */
public final class Login {
  private final ClientID clientId = new ClientID(System.getenv("CLIENT_ID"));
  private final Secret secret = new Secret(System.getenv("CLIENT_SECRET"));
  private final URI origin = URI.create("http://localhost:" + System.getenv("PORT"));
  private final URI redirectUri = origin.resolve("/callback");

  // snippet: secret
  private final OIDCProviderMetadata metadata = OIDCProviderMetadata.resolve(new Issuer(System.getenv("ISSUER")));
  private final State state = new State();
  private final Nonce nonce = new Nonce();
  private final CodeVerifier verifier = new CodeVerifier();

  /** Where the browser is sent. */
  private URI authorizationUri() {
    ResponseType code = new ResponseType(ResponseType.Value.CODE);
    return new AuthenticationRequest.Builder(code, new Scope("openid", "profile"), clientId, redirectUri)
        .endpointURI(metadata.getAuthorizationEndpointURI())
        .state(state)
        .nonce(nonce)
        .codeChallenge(verifier, CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /** What the browser came back with, as the person it stands for. */
  private String person(URI answered) throws Exception {
    AuthenticationResponse response = AuthenticationResponseParser.parse(answered);
    if (!response.indicatesSuccess()) throw new IOException(response.toErrorResponse().getErrorObject().toString());
    if (!state.equals(response.getState())) throw new IOException("another state");

    AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
    TokenRequest request = new TokenRequest.Builder(
        metadata.getTokenEndpointURI(),
        new ClientSecretBasic(clientId, secret),
        new AuthorizationCodeGrant(code, redirectUri, verifier)).build();
    TokenResponse answer = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    if (!answer.indicatesSuccess()) throw new IOException(answer.toErrorResponse().getErrorObject().toString());
    OIDCTokenResponse tokens = (OIDCTokenResponse) answer.toSuccessResponse();

    OIDCClientMetadata registered = new OIDCClientMetadata();
    registered.applyDefaults();
    OIDCClientInformation client = new OIDCClientInformation(clientId, new Date(), registered, secret);
    IDTokenClaimsSet claims = IDTokenValidator.create(metadata, client, null)
        .validate(tokens.getOIDCTokens().getIDToken(), nonce);

    BearerAccessToken token = tokens.getOIDCTokens().getBearerAccessToken();
    UserInfoResponse about = UserInfoResponse.parse(
        new UserInfoRequest(metadata.getUserInfoEndpointURI(), token).toHTTPRequest().send());
    if (!about.indicatesSuccess()) throw new IOException(about.toErrorResponse().getErrorObject().toString());
    if (!about.toSuccessResponse().getUserInfo().getSubject().equals(claims.getSubject())) throw new IOException("another sub");
    return about.toSuccessResponse().getUserInfo().toJSONString();
  }
  // end of snippet

  private Login() throws Exception {}

  public static void main(String[] arguments) throws Exception {
    Login login = new Login();
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", login.origin.getPort()), 0);
    server.createContext("/", login::answer);
    server.start();
    System.out.println("Listening");
  }

  private void answer(HttpExchange exchange) throws IOException {
    URI asked = origin.resolve(exchange.getRequestURI());
    if (!asked.getPath().equals("/callback")) {
      exchange.getResponseHeaders().add("Location", authorizationUri().toString());
      exchange.sendResponseHeaders(302, -1);
    } else {
      int status = 200;
      String body;
      try {
        body = person(asked);
      } catch (Exception refused) {
        status = 500;
        body = refused.toString();
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }
}
