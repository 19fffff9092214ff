import { createServer } from 'node:http';
import { rootCertificates } from 'node:tls';
import { apiCaller } from './api-call.ts';
import { createAuthorization } from './authorization.ts';
import { close, listen } from './listening.ts';
import type { PlaygroundOptions } from './options.ts';
import { startProtectedApi } from './protected-api.ts';
import { authorizationServerOf, belongingsIn, CLIENT_ID, register } from './registration.ts';
import { createSessions } from './session.ts';
import { BASE, CALLBACK, SIGNED_OUT, webApplication } from './web-application.ts';

export type Playground = {
  readonly url: string;
  readonly apiUrl: string;
  readonly issuer: string;
  close(): Promise<void>;
};

/**
 * Starts the application and the protected API, registering both with the home's Countersign where they are not yet.
 * Countersign itself need not run; whoever signs in is told if it does not.
 * @param tell called with what is being done, for a person who waits
 * @throws PortUnavailable, CommandRefused
 */
export async function startPlayground(
  options: PlaygroundOptions,
  tell: (what: string) => void,
): Promise<Playground> {
  const { home } = options;
  tell(`Keys and certificates in ${home}/playground2`);
  const belongings = await belongingsIn(home);
  const { application, stranger } = belongings;
  const server = await authorizationServerOf(home);
  const { issuer = server.issuer } = options;
  // An issuer named on the command line may be known by a public certificate.
  const trustedCertificates = [
    ...server.trustedCertificates,
    ...(options.issuer === undefined ? [] : rootCertificates),
  ];

  const api = await startProtectedApi({
    port: options.apiPort,
    identity: belongings.api,
    client: belongings.apiClient,
    issuer,
    trustedCertificates,
  });
  let listener: Parameters<typeof createServer>[1] = (_request, response) => {
    response.writeHead(503, { 'retry-after': '5' }).end('The playground is starting.');
  };
  const web = createServer((request, response) => listener?.(request, response));
  try {
    const origin = `http://localhost:${await listen(web, options.port)}`;
    const redirectUri = `${origin}${CALLBACK}`;
    const postLogoutRedirectUri = `${origin}${SIGNED_OUT}`;
    tell(`The client ${CLIENT_ID} with the callback ${redirectUri}`);
    await register(home, belongings, { redirectUri, postLogoutRedirectUri });
    listener = webApplication({
      origin,
      issuer,
      authorization: createAuthorization({ issuer, trustedCertificates, identity: application, redirectUri }),
      callApi: apiCaller(api, belongings.api),
      application,
      stranger,
      sessions: createSessions(BASE.slice(0, -1)),
      welcome: {
        issuer,
        clientId: CLIENT_ID,
        redirectUri,
        apiUrl: api.url,
        thumbprint: application.thumbprint,
      },
      postLogoutRedirectUri,
    });
    return {
      url: `${origin}${BASE}`,
      apiUrl: api.url,
      issuer,
      close: async () => {
        await Promise.all([close(web), api.close()]);
      },
    };
  } catch (error) {
    await Promise.all([close(web), api.close()]);
    throw error;
  }
}
