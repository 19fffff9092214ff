import { randomUUID } from 'node:crypto';
import type { CustomFetch } from 'openid-client';
import type { Identity } from './identity.ts';
import { boundThumbprint, decodedJwt, isObject, parsedJson } from './json.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import type { Outcome } from './outcome.ts';
import type { ProtectedApi } from './protected-api.ts';

/** How the application calls the protected API. */
export type ApiCaller = (
  accessToken: string,
  as: { readonly title: string; readonly identity: Identity | undefined },
) => Promise<Outcome>;

const ACCEPTED = 'The API answered: the token came over the connection of the certificate it is bound to.';

/** Calls the API with whatever certificate it is told to, and tells both sides of the answer. */
export function apiCaller(api: ProtectedApi, apiIdentity: Identity): ApiCaller {
  const trustedCertificates = [apiIdentity.cert];
  /** Connections belong to the certificate they were made with. */
  const connections = new Map<Identity | undefined, CustomFetch>();
  const fetchAs = (identity: Identity | undefined): CustomFetch => {
    const known = connections.get(identity) ?? mutualTlsFetch({ trustedCertificates, identity });
    connections.set(identity, known);
    return known;
  };
  return async (accessToken, { title, identity }) => {
    const id = randomUUID();
    const response = await fetchAs(identity)(api.url, {
      method: 'GET',
      body: undefined,
      redirect: 'manual',
      headers: { authorization: `Bearer ${accessToken}`, 'x-request-id': id },
    });
    const body = await response.text();
    const challenge = response.headers.get('www-authenticate');
    const explanation = api.explain(id);
    const bound = boundThumbprint(decodedJwt(accessToken)?.claims);
    const facts: (readonly [string, string])[] = [
      ['Request', `GET ${api.url}`],
      ['Certificate presented', identity?.thumbprint ?? 'none'],
      ['Token bound to', bound ?? 'not told'],
      ['HTTP status', String(response.status)],
    ];
    if (challenge !== null) facts.push(['WWW-Authenticate', challenge]);
    const told = parsedJson(body);
    const because = isObject(told) ? told.error_description : undefined;
    return {
      title,
      verdict: response.ok ? 'good' : 'refused',
      text: response.ok ? ACCEPTED : typeof because === 'string' ? because : 'The API did not say why.',
      facts,
      ...(explanation && {
        otherSide: {
          label: 'What the operator of the API reads',
          facts: [
            ['Cause', explanation.because],
            ['Expected', explanation.expected],
            ['Presented', explanation.presented],
          ],
        },
      }),
      document: { label: 'Answer', text: JSON.stringify(told ?? body, null, 2) },
    };
  };
}
