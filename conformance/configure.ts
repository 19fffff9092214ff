import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setUpAuthenticator } from './approver.ts';
import { type Addresses, behaviourIn, browserBlocks } from './browser-blocks.ts';
import type { Countersign } from './countersign.ts';
import { makeCertificate, makeKey } from './key-material.ts';
import { MODULES } from './modules.ts';
import { approvalUrl, configurationFile, leave, left, type Place, resourceUrl } from './place.ts';
import type { Metadata, Plan, PlanClient } from './plans.ts';

/** A value of every standard claim (OIDC Core §5.1), which the plans look for. */
const CLAIMS = {
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'ada',
  preferred_username: 'ada',
  profile: 'https://people.example/ada',
  picture: 'https://people.example/ada.png',
  website: 'https://ada.example',
  gender: 'female',
  birthdate: '1985-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  updated_at: 1_700_000_000,
  email: 'ada@people.example',
  email_verified: true,
  phone_number: '+442079460000',
  phone_number_verified: true,
  address: {
    formatted: '12 St James’s Square, London SW1Y 4JH',
    street_address: '12 St James’s Square',
    locality: 'London',
    region: 'London',
    postal_code: 'SW1Y 4JH',
    country: 'GB',
  },
};

/** The values in which a plan's table names what only this place knows. */
function placed(value: unknown, place: Place, plan: Plan): unknown {
  const { suite, approver } = place;
  if (typeof value === 'string') {
    return value
      .replace(/^SUITE(?=\/)/, suite)
      .replace('/PLAN/', `/${plan.name}/`)
      .replace(/^APPROVER$/, approver.username);
  }
  if (Array.isArray(value)) return value.map((item) => placed(item, place, plan));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, placed(item, place, plan)]));
}

const placedMetadata = (metadata: Metadata, place: Place, plan: Plan): Metadata =>
  Object(placed(metadata, place, plan));

/** Registers one client. @returns what the plan's configuration says of it */
async function registered(
  countersign: Countersign,
  place: Place,
  plan: Plan,
  client: PlanClient,
): Promise<Metadata> {
  const name = `${plan.name} ${client.as}`;
  const key = client.key && makeKey(name.replaceAll(' ', '-'), client.key);
  const certificate = client.certificate ? await makeCertificate(name) : undefined;
  const isKnownByCertificate = client.metadata.token_endpoint_auth_method === 'self_signed_tls_client_auth';
  const known = await countersign.addClient({
    client_name: name,
    ...placedMetadata(client.metadata, place, plan),
    ...(key && client.publishesKey && { jwks: key.published }),
    ...(certificate && isKnownByCertificate && { certificates: [certificate.cert] }),
  });
  return {
    [client.as]: {
      ...known,
      ...placedMetadata(client.configured ?? {}, place, plan),
      ...(key && { jwks: key.own }),
    },
    ...(certificate && { [client.as === 'client2' ? 'mtls2' : 'mtls']: certificate }),
  };
}

/** The ids of clients that an earlier configuration names: they serve nothing once it is replaced. */
async function earlierClients(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const { client, client2, client_secret_post }: Metadata = Object(JSON.parse(text));
  return [client, client2, client_secret_post].flatMap((value) => {
    const { client_id }: Metadata = Object(value);
    return typeof client_id === 'string' ? [client_id] : [];
  });
}

/** What the suite's browser does in each module that wants something else than a person who signs in. */
function overrides(addresses: Addresses): Metadata {
  const blocks = browserBlocks(addresses);
  return Object.fromEntries(
    MODULES.flatMap(({ module }) => {
      const behaviour = behaviourIn(module);
      return behaviour === 'sign in' ? [] : [[module, { browser: blocks[behaviour] }]];
    }),
  );
}

function resourceOf(place: Place, plan: Plan): Metadata {
  if (plan.resource === undefined) return {};
  const resourceUrlOfPlan =
    plan.resource === 'userinfo' ? `${place.issuer}/oauth2/userinfo` : resourceUrl(place);
  const { resource }: Metadata = Object(plan.configured);
  return { resource: { resourceUrl: resourceUrlOfPlan, ...Object(resource) } };
}

/**
 * Registers the clients of a plan and writes its configuration for the suite; those of an earlier one are removed.
 * @returns the configuration's file
 */
export async function configurePlan(countersign: Countersign, place: Place, plan: Plan): Promise<string> {
  const file = configurationFile(place, plan.name);
  for (const client_id of await earlierClients(file)) await countersign.removeClient(client_id);
  const clients: Metadata[] = [];
  for (const client of plan.clients) clients.push(await registered(countersign, place, plan, client));
  const addresses = { server: place.issuer, suite: place.suite, person: place.person };
  const logsOut = plan.suitePlan.includes('logout');
  const configuration = {
    description: `Countersign, ${plan.name}`,
    // A plan with an alias runs its modules at one address; one that registers its clients needs none.
    ...(plan.clients.length > 0 && { alias: plan.name }),
    server: { discoveryUrl: `${place.issuer}/.well-known/openid-configuration` },
    ...plan.configured,
    ...Object.assign({}, ...clients),
    ...resourceOf(place, plan),
    ...(plan.suitePlan.startsWith('fapi-ciba') && { automated_ciba_approval_url: approvalUrl(place) }),
    browser: browserBlocks(addresses)[logsOut ? 'signed out, back to the client' : 'sign in'],
    override: overrides(addresses),
    options: { browsercontrol_css_enable: false },
  };
  await mkdir(place.folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/** Makes the two people, and the client as which the resource server of a run introspects. */
export async function configurePlace(countersign: Countersign, place: Place): Promise<void> {
  const { issuer, person, approver } = place;
  await countersign.ensureUser(person, CLAIMS);
  await countersign.ensureUser(approver, {});
  await leave(place, 'approver', { secret: await setUpAuthenticator(issuer, approver) });
  const earlier = await left(place, 'resource-server').catch(() => undefined);
  if (earlier) await countersign.removeClient(earlier.client_id);
  const identity = await makeCertificate('conformance-resource-server', [new URL(place.resource).hostname]);
  const { client_id } = await countersign.addClient({
    client_name: 'conformance resource server',
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    grant_types: ['client_credentials'],
    certificates: [identity.cert],
  });
  await leave(place, 'resource-server', { ...identity, client_id });
}
