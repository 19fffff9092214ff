import { once } from 'node:events';
import { createServer } from 'node:https';
import { type Client, createClient } from '@countersign/client';
import * as oauth from 'openid-client';
import { Agent, fetch } from 'undici';
import type { Credentials, Licensed } from './certificates.ts';

/** What a person gave this third party: tokens that only its own certificate makes worth something. */
export type Access = {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly scope: string;
};

export type ThirdParty = {
  /** Calls APIs for itself, with tokens that it fetches and renews by its certificate. */
  readonly itself: Client;
  /**
   * Pushes a signed request for a person's consent (RFC 9101, RFC 9126).
   * @returns where the person goes, and what comes of it once they are back
   */
  ask(details: readonly object[]): Promise<{ readonly address: URL; readonly access: Promise<Access> }>;
  /** `fetch` over connections that show its certificate, with any token. */
  call(url: string, token: string | undefined): Promise<Response>;
  /** Posts a form to the token endpoint, over the same connections. */
  requestToken(form: Readonly<Record<string, string>>): Promise<Response>;
  stop(): Promise<void>;
};

export type ThirdPartyOptions = {
  readonly clientId: string;
  readonly issuer: string;
  /** PEM: the authorities of the bank's servers. */
  readonly trusted: readonly string[];
  readonly licensed: Licensed;
  /** Of the place where people come back. */
  readonly server: Credentials;
  readonly port: number;
};

/** Where people come back to. */
export const redirectTo = (port: number): string => `https://localhost:${port}/callback`;

/** A person who is asked, until they are back. */
type Waiting = { readonly verifier: string; readonly back: (address: URL) => void };

/** Starts a third party: its client of the bank, and the place where people come back to. */
export async function startThirdParty(options: ThirdPartyOptions): Promise<ThirdParty> {
  const { clientId, issuer, trusted, licensed, server, port } = options;
  const { certificate, key, certificateFile, keyFile } = licensed.connection;
  const redirectUri = redirectTo(port);
  const dispatcher = new Agent({ connect: { ca: [...trusted], cert: certificate, key } });

  const config = await oauth.discovery(
    new URL(issuer),
    clientId,
    { use_mtls_endpoint_aliases: true },
    oauth.TlsClientAuth(),
    {
      [oauth.customFetch]: (url, { body, ...init }) =>
        fetch(url, { ...init, body: body ?? null, dispatcher }),
    },
  );
  const itself = await createClient({
    issuer,
    clientId,
    certificateFile,
    keyFile,
    trustedCertificates: trusted,
    scope: 'consents',
  });

  const waiting = new Map<string, Waiting>();
  const landing = createServer({ cert: server.certificate, key: server.key }, (request, response) => {
    const address = new URL(request.url ?? '', redirectUri);
    const person = waiting.get(address.searchParams.get('state') ?? '');
    if (address.pathname !== '/callback' || person === undefined) {
      response.writeHead(404).end('Nobody is expected here.');
      return;
    }
    person.back(address);
    response
      .setHeader('content-type', 'text/plain; charset=utf-8')
      .end('Thank you. You can close this page.');
  });
  landing.listen(port, '127.0.0.1');
  await once(landing, 'listening');

  return {
    itself,
    async ask(details) {
      const verifier = oauth.randomPKCECodeVerifier();
      const state = oauth.randomState();
      const parameters = {
        redirect_uri: redirectUri,
        scope: 'accounts offline_access',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        authorization_details: JSON.stringify(details),
      };
      const signed = await oauth.buildAuthorizationUrlWithJAR(config, parameters, licensed.sealKey);
      const address = await oauth.buildAuthorizationUrlWithPAR(config, signed.searchParams);
      const { promise, resolve: back } = Promise.withResolvers<URL>();
      waiting.set(state, { verifier, back });
      const access = promise.then(async (returned) => {
        const { error, error_description = '' } = Object.fromEntries(returned.searchParams);
        if (error !== undefined) {
          throw new Error(`the person came back without a consent: ${error} ${error_description}`.trimEnd());
        }
        const checks = { pkceCodeVerifier: verifier, expectedState: state };
        const tokens = await oauth.authorizationCodeGrant(config, returned, checks);
        return {
          accessToken: tokens.access_token,
          refreshToken: tokens.refresh_token,
          scope: tokens.scope ?? '',
        };
      });
      return { address, access };
    },
    call: (url, token) =>
      fetch(url, {
        dispatcher,
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      }),
    requestToken: (form) =>
      fetch(config.serverMetadata().token_endpoint ?? '', {
        dispatcher,
        method: 'POST',
        body: new URLSearchParams({ client_id: clientId, ...form }),
      }),
    async stop() {
      landing.close();
      landing.closeAllConnections();
      await itself.close();
      await dispatcher.destroy();
    },
  };
}
