import type { KeyMaterial } from '../key-material.ts';
import { signIn } from '../person.ts';
import { get, member, parameter, post, redirectPath, type Step, type Variables } from '../step.ts';
import { authentication, type Client, type Dialect, REDIRECT_URI } from '../targets/dialect.ts';
import type { RunningTarget } from '../targets/running.ts';
import type { Script } from './plan.ts';

const REDIRECTS = [302, 303];

/** What the browser asks for, until it is led back to the client. */
function authorizationSteps(
  authorization: Dialect['authorization'],
  path: string,
  client_id: string,
): readonly Step[] {
  const common = { headers: { cookie: '{cookie}' }, status: REDIRECTS };
  const query = { client_id, request_uri: '{request_uri}' };
  const code = [parameter('code')];
  return authorization === 'direct'
    ? [get(path, { ...common, query, take: code })]
    : [
        get(path, { ...common, query, take: [redirectPath('next_path')] }),
        get('{next_path}', { ...common, take: code }),
      ];
}

/**
 * The code flow of a person who is signed in and has consented: the request is pushed (RFC 9126), the browser sent to
 * the authorization endpoint with its cookie, and the code redeemed, with PKCE; all on one connection.
 * @param isForApi whether the access token is for an API, and a JWT
 */
export function codeFlow(
  { paths, scope, authorization, tokenForPerson }: Dialect,
  client: Client,
  isForApi: boolean,
): readonly Step[] {
  const { par, authorize, token } = paths;
  if (par === undefined || authorize === undefined) throw new Error('a server without a code flow');
  const { form, headers } = authentication(client);
  const more = isForApi ? tokenForPerson : {};
  const { client_id } = client;
  return [
    post(
      par,
      {
        ...form,
        ...more,
        client_id,
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
        scope,
        state: '{code_challenge}',
        code_challenge: '{code_challenge}',
        code_challenge_method: 'S256',
      },
      { headers, status: [201], take: [member('request_uri')] },
    ),
    ...authorizationSteps(authorization, authorize, client_id),
    post(
      token,
      {
        ...form,
        ...more,
        grant_type: 'authorization_code',
        code: '{code}',
        redirect_uri: REDIRECT_URI,
        code_verifier: '{code_verifier}',
      },
      { headers, take: [member('access_token'), member('refresh_token', true)] },
    ),
  ];
}

export const codeFlowMakers = (client: Client): Script['makers'] => [
  { kind: 'pkce' },
  ...authentication(client).makers,
];

/** An authorization request that is not pushed, for the browser to begin with. */
function firstVisit({ paths, scope, tokenForPerson }: Dialect, { client_id }: Client): string {
  const query = new URLSearchParams({
    client_id,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope,
    state: 'first-visit',
    nonce: 'first-visit',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...tokenForPerson,
  });
  return `${paths.authorize}?${query}`;
}

const signedIn = new WeakMap<RunningTarget, string[]>();

/** Browsers in which somebody is signed in, as many as asked for; those of earlier runs again. */
export async function browsers(
  target: RunningTarget,
  client: Client,
  { folder }: KeyMaterial,
  count: number,
): Promise<readonly Variables[]> {
  const cookies = signedIn.get(target) ?? [];
  signedIn.set(target, cookies);
  const { dialect, port } = target;
  while (cookies.length < count) {
    cookies.push(await signIn(firstVisit(dialect, client), dialect, port, folder));
  }
  return cookies.slice(0, count).map((cookie) => ({ cookie }));
}
