import { carryOut, openConversation } from '../conversation.ts';
import type { KeyMaterial } from '../key-material.ts';
import { get, member, post, type Step, type Variables } from '../step.ts';
import { authentication, type Client, originOf } from '../targets/dialect.ts';
import type { RunningTarget } from '../targets/running.ts';
import { clientCredentials } from './client-credentials.ts';
import { browsers, codeFlow, codeFlowMakers } from './code-flow.ts';
import { NO_SEEDS, type Plan, type Script } from './plan.ts';
import {
  ABOUT_A_PERSON,
  ACTIVE,
  certificateBoundToken,
  keyBoundToken,
  type Proof,
  tokensOfPerson,
} from './proofs.ts';
import type { Workload } from './workload.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** Does a script once for each seed, on one connection. @returns what is known after each */
async function outcomes(
  script: Pick<Script, 'port' | 'identity' | 'steps' | 'makers'>,
  seeds: readonly Variables[],
  { folder }: KeyMaterial,
): Promise<readonly Variables[]> {
  const conversation = await openConversation(script.port, script.identity, folder);
  try {
    const known: Variables[] = [];
    for (const seed of seeds) known.push((await carryOut(conversation, script, folder, seed)).variables);
    return known;
  } finally {
    conversation.close();
  }
}

/** Tokens of a person for each connection. */
const personsTokens = async (
  target: RunningTarget,
  client: Client,
  material: KeyMaterial,
  count: number,
  isForApi: boolean,
): Promise<readonly Variables[]> => {
  const { dialect, port } = target;
  const steps = [...codeFlow(dialect, client, isForApi)];
  const { identity } = authentication(client);
  const seeds = await browsers(target, client, material, count);
  return outcomes({ port, identity, steps, makers: [...codeFlowMakers(client)] }, seeds, material);
};

/** Tokens of a client for each connection. */
const clientsTokens = (
  { dialect, port }: RunningTarget,
  client: Client,
  material: KeyMaterial,
  count: number,
): Promise<readonly Variables[]> => {
  const steps = [{ ...clientCredentials(dialect, client), take: [member('access_token')] }];
  const { identity, makers } = authentication(client);
  const seeds = Array.from({ length: count }, () => ({}));
  return outcomes({ port, identity, steps, makers: [...makers] }, seeds, material);
};

/** A workload of one request on kept connections, by a client that has something already. */
const keptAlive = (
  { port }: RunningTarget,
  client: Client,
  step: Step,
  proof: Proof,
  seeds: Plan['seeds'],
  more: Partial<Pick<Script, 'port' | 'makers'>> = {},
): Plan => {
  const { identity, makers } = authentication(client);
  return {
    kind: 'plan',
    script: { port, identity, connection: 'kept-alive', steps: [step], makers: [...makers], ...more },
    seeds,
    proof,
  };
};

/** The whole flow of a person who is signed in. */
export const codeFlowWorkload: Workload = {
  title: 'the whole code flow: pushed request, authorization, tokens; each row counts flows',
  roles: ['app'],
  plan: (target, client, material) => ({
    kind: 'plan',
    script: {
      port: target.port,
      identity: authentication(client).identity,
      connection: 'kept-alive',
      steps: [...codeFlow(target.dialect, client, true)],
      makers: [...codeFlowMakers(client)],
    },
    seeds: (count) => browsers(target, client, material, count),
    proof: tokensOfPerson(material.thumbprints['self-signed']),
  }),
};

/** A refresh token grant; the next uses what the last answer gave. */
export const refresh: Workload = {
  title: 'refresh tokens',
  roles: ['app'],
  plan: (target, client, material) => {
    const { form, headers } = authentication(client);
    const step = post(
      target.dialect.paths.token,
      { grant_type: 'refresh_token', refresh_token: '{refresh_token}', ...form },
      { headers, take: [member('refresh_token', true)] },
    );
    const proof = certificateBoundToken(material.thumbprints['self-signed']);
    return keptAlive(target, client, step, proof, (count) =>
      personsTokens(target, client, material, count, true),
    );
  },
};

/** A resource server asks about a JWT. */
export const introspection: Workload = {
  title: 'introspection of a JWT access token',
  roles: ['secret'],
  plan: (target, client, material) => {
    const { form, headers } = authentication(client);
    const { paths, introspectionPort } = target.dialect;
    const step = post(paths.introspection ?? '', { token: '{access_token}', ...form }, { headers });
    const seeds = (count: number) => clientsTokens(target, client, material, count);
    const more = introspectionPort === undefined ? {} : { port: introspectionPort };
    return keptAlive(target, client, step, ACTIVE, seeds, more);
  },
};

/** UserInfo. */
export const userinfo: Workload = {
  title: 'UserInfo with an access token bound to the certificate',
  roles: ['app'],
  plan: (target, client, material) => {
    const headers = { authorization: 'Bearer {access_token}' };
    const step = get(target.dialect.paths.userinfo ?? '', { headers });
    return keptAlive(target, client, step, ABOUT_A_PERSON, (count) =>
      personsTokens(target, client, material, count, false),
    );
  },
};

/** `client_credentials` with a proof of its own each time. */
export const dpop: Workload = {
  title: 'client_credentials by client_secret_basic with a DPoP proof',
  roles: ['secret'],
  plan: (target, client, { dpopThumbprint }) => {
    const { dialect } = target;
    const url = `${originOf(target.port)}${dialect.paths.token}`;
    const step = clientCredentials(dialect, client, { dpop: '{dpop}' });
    return keptAlive(target, client, step, keyBoundToken(dpopThumbprint), NO_SEEDS, {
      makers: [{ kind: 'dpop', method: 'POST', url }],
    });
  },
};

/** A client exchanges its own token. */
export const exchange: Workload = {
  title: 'token exchange of an access token',
  roles: ['exchange'],
  plan: (target, client, material) => {
    const { form, headers } = authentication(client);
    const step = post(
      target.dialect.paths.token,
      {
        grant_type: EXCHANGE,
        subject_token: '{access_token}',
        subject_token_type: ACCESS_TOKEN,
        ...form,
      },
      { headers },
    );
    const proof = certificateBoundToken(material.thumbprints['self-signed']);
    return keptAlive(target, client, step, proof, (count) => clientsTokens(target, client, material, count));
  },
};
