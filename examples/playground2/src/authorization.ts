import * as oidc from 'openid-client';
import type { Identity } from './identity.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { CLIENT_ID, SCOPE } from './registration.ts';

/** A sign-in that was begun and is not finished: what its answer must fit. */
export type BegunSignIn = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

export type Tokens = {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string | undefined;
  readonly scope: string | undefined;
  /** Milliseconds since the epoch. */
  readonly obtained_at: number;
};

/** A person who signed in, as UserInfo tells of them. */
export type Person = {
  readonly sub: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
};

/** What the application asks of the authorization server, always over mutual TLS; `openid-client` does the work. */
export type Authorization = {
  /** Begins a sign-in: where to send the browser. */
  begin(): Promise<{ readonly url: URL; readonly begun: BegunSignIn }>;
  /** Redeems the code the browser came back with. */
  finish(callback: URL, begun: BegunSignIn): Promise<{ readonly tokens: Tokens; readonly person: Person }>;
  refresh(tokens: Tokens): Promise<Tokens>;
  introspect(token: string): Promise<oidc.IntrospectionResponse>;
  revoke(token: string): Promise<void>;
  /** A token of the application itself, without a person. */
  asApplication(scope: string): Promise<string>;
  /** Where a person's session at the authorization server ends. */
  signOutUrl(tokens: Tokens, postLogoutRedirectUri: string): Promise<URL | undefined>;
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function createAuthorization(options: {
  readonly issuer: string;
  readonly trustedCertificates: readonly string[];
  readonly identity: Identity;
  readonly redirectUri: string;
}): Authorization {
  const { issuer, redirectUri } = options;
  const fetch = mutualTlsFetch(options);
  let discovered: Promise<oidc.Configuration> | undefined;

  /** The server may not run yet, so a failed discovery is not kept. */
  const configuration = (): Promise<oidc.Configuration> => {
    discovered ??= oidc
      .discovery(new URL(issuer), CLIENT_ID, { use_mtls_endpoint_aliases: true }, oidc.TlsClientAuth(), {
        [oidc.customFetch]: fetch,
      })
      .catch((error) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  };

  return {
    async begin() {
      const config = await configuration();
      const begun = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        codeVerifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(begun.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url, begun };
    },

    async finish(callback, { state, nonce, codeVerifier }) {
      const config = await configuration();
      const answer = await oidc.authorizationCodeGrant(config, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const { access_token, id_token = '', refresh_token, scope } = answer;
      const sub = answer.claims()?.sub ?? '';
      const userinfo = await oidc.fetchUserInfo(config, access_token, sub);
      return {
        tokens: { access_token, id_token, refresh_token, scope, obtained_at: Date.now() },
        person: {
          sub,
          name: text(userinfo.name) ?? text(userinfo.preferred_username),
          email: text(userinfo.email),
        },
      };
    },

    async refresh(tokens) {
      const answer = await oidc.refreshTokenGrant(await configuration(), tokens.refresh_token ?? '');
      return {
        access_token: answer.access_token,
        id_token: answer.id_token ?? tokens.id_token,
        refresh_token: answer.refresh_token ?? tokens.refresh_token,
        scope: answer.scope ?? tokens.scope,
        obtained_at: Date.now(),
      };
    },

    introspect: async (token) => oidc.tokenIntrospection(await configuration(), token),
    revoke: async (token) => oidc.tokenRevocation(await configuration(), token),

    async asApplication(scope) {
      const { access_token } = await oidc.clientCredentialsGrant(await configuration(), { scope });
      return access_token;
    },

    async signOutUrl({ id_token }, postLogoutRedirectUri) {
      const config = await configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(config, {
        id_token_hint: id_token,
        post_logout_redirect_uri: postLogoutRedirectUri,
      });
    },
  };
}
