import { carryOut, openConversation } from '../conversation.ts';
import type { KeyMaterial } from '../key-material.ts';
import { get, member, post, type Step, type Variables } from '../step.ts';
import { authentication, type Client, type Dialect, originOf, type Role } from '../targets/dialect.ts';
import type { RunningTarget } from '../targets/running.ts';
import { browsers, codeFlow, codeFlowMakers } from './code-flow.ts';
import type { WorkloadName } from './names.ts';
import { type Cannot, type Connection, NO_SEEDS, type Plan, type Script } from './plan.ts';
import {
  ABOUT_A_PERSON,
  ACTIVE,
  ANSWERED,
  certificateBoundToken,
  keyBoundToken,
  type Proof,
  plainToken,
  signedToken,
  tokensOfPerson,
} from './proofs.ts';

/** What a workload is made of. */
export type Workload = {
  readonly title: string;
  /** The clients it needs. */
  readonly roles: readonly Role[];
  readonly plan: (target: RunningTarget, client: Client, material: KeyMaterial) => Plan;
};

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** A `client_credentials` request of a client. */
export function clientCredentials({ paths }: Dialect, client: Client, headers: Step['headers'] = {}): Step {
  const own = authentication(client);
  return post(
    paths.token,
    { grant_type: 'client_credentials', ...own.form },
    { headers: { ...own.headers, ...headers } },
  );
}

/** What the answers of a server have to show, as far as it looks at requests at all. */
function proofFor({ answers }: Dialect, client: Client, ofToken: Proof): Proof {
  if (answers === 'token') return ofToken;
  return answers === 'fixed-body' ? ANSWERED : signedToken(client.method === 'private_key_jwt');
}

/** A workload of one `client_credentials` request. */
const credentialsPlan =
  (connection: Connection): Workload['plan'] =>
  ({ dialect, port }, client, { thumbprints }) => {
    const ofToken =
      client.method === 'certificate'
        ? certificateBoundToken(thumbprints[client.identity])
        : plainToken(client.method === 'private_key_jwt');
    const { identity, makers } = authentication(client);
    return {
      kind: 'plan',
      script: {
        port,
        identity,
        connection,
        steps: [clientCredentials(dialect, client)],
        makers: [...makers],
      },
      seeds: NO_SEEDS,
      proof: proofFor(dialect, client, ofToken),
    };
  };

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

const credentials = (title: string, role: Role, connection: Connection = 'kept-alive'): Workload => ({
  title,
  roles: [role],
  plan: credentialsPlan(connection),
});

/** All workloads, by name. The first of its roles is the client that each is done by. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  mtls: credentials('client_credentials by a self-signed certificate', 'mtls'),
  'mtls-ca': credentials('client_credentials by a certificate of an authority', 'mtls-ca'),
  private_key_jwt: credentials('client_credentials by private_key_jwt', 'private_key_jwt'),
  secret: credentials('client_credentials by client_secret_basic', 'secret'),
  handshake: credentials(
    'client_credentials, a full TLS handshake for each request',
    'mtls',
    'full-handshake',
  ),
  resumed: credentials('client_credentials, a resumed TLS session for each request', 'mtls', 'resumed'),
  'code-flow': {
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
  },
  refresh: {
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
  },
  introspection: {
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
  },
  userinfo: {
    title: 'UserInfo with an access token bound to the certificate',
    roles: ['app'],
    plan: (target, client, material) => {
      const headers = { authorization: 'Bearer {access_token}' };
      const step = get(target.dialect.paths.userinfo ?? '', { headers });
      return keptAlive(target, client, step, ABOUT_A_PERSON, (count) =>
        personsTokens(target, client, material, count, false),
      );
    },
  },
  dpop: {
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
  },
  exchange: {
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
      return keptAlive(target, client, step, proof, (count) =>
        clientsTokens(target, client, material, count),
      );
    },
  },
};

/** The plan of a workload at a target, or why there is none. */
export function planOf(name: WorkloadName, target: RunningTarget, material: KeyMaterial): Plan | Cannot {
  const { roles, plan } = WORKLOADS[name];
  const { cannot, clients } = target.dialect;
  const reason = cannot[name];
  if (reason !== undefined) return { kind: 'cannot', reason };
  const [role] = roles;
  const client = role && clients[role];
  return client ? plan(target, client, material) : { kind: 'cannot', reason: 'It has no such client.' };
}
