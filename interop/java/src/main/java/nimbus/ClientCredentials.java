package nimbus;

import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PKITLSClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.SelfSignedTLSClientAuthentication;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.File;
import java.net.URI;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** A token over mutual TLS, at the endpoint that the metadata has for it; prints the answer. */
public final class ClientCredentials {
  public static void main(String[] arguments) throws Exception {
    ClientID clientId = new ClientID(System.getenv("CLIENT_ID"));
    File keyStoreFile = new File(System.getenv("KEY_STORE"));
    char[] password = System.getenv("KEY_STORE_PASSWORD").toCharArray();
    boolean selfSigned = System.getenv("METHOD").equals("self_signed_tls_client_auth");

    // snippet: mutual-tls
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(keyStoreFile, password), password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    SSLSocketFactory sockets = tls.getSocketFactory();

    OIDCProviderMetadata metadata = OIDCProviderMetadata.resolve(new Issuer(System.getenv("ISSUER")));
    URI tokenEndpoint = metadata.getReadOnlyMtlsEndpointAliases().getTokenEndpointURI();
    ClientAuthentication authentication = selfSigned
        ? new SelfSignedTLSClientAuthentication(clientId, sockets)
        : new PKITLSClientAuthentication(clientId, sockets);
    TokenRequest request = new TokenRequest.Builder(tokenEndpoint, authentication, new ClientCredentialsGrant()).build();
    TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());
    // end of snippet

    if (!response.indicatesSuccess()) throw new IllegalStateException(response.toErrorResponse().toJSONObject().toString());
    System.out.println(response.toSuccessResponse().toJSONObject());
  }
}
