import { randomUUID } from 'node:crypto';
import type { CustomFetch } from 'openid-client';
import type { Identity } from './identity.ts';
import { boundThumbprint, decodedJwt, parsedJson } from './json.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import type { Outcome } from './outcome.ts';
import type { ProtectedApi } from './protected-api.ts';

/** How the application calls the protected API. */
export type ApiCaller = (
  accessToken: string,
  as: { readonly title: string; readonly identity: Identity | undefined },
) => Promise<Outcome>;

const VERDICTS: Readonly<Record<number, string>> = {
  200: 'The API answered: the token came over the connection of the certificate it is bound to.',
  401: 'The API refused the token.',
  403: 'The API refused: the token does not reach far enough.',
  503: 'The API cannot check tokens now; is Countersign running?',
};

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
    if (explanation) {
      facts.push(['The API’s operator reads', explanation.because]);
      facts.push(['Expected', explanation.expected], ['Presented', explanation.presented]);
    }
    return {
      title,
      verdict: response.ok ? 'good' : 'refused',
      text: VERDICTS[response.status] ?? `The API answered ${response.status}.`,
      facts,
      document: { label: 'Answer', text: JSON.stringify(parsedJson(body) ?? body, null, 2) },
    };
  };
}
