import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ClientAnswer, ClientRegistration, IssuedClientAnswer } from '../../admin/client-resource.ts';
import { CONSOLE_CLIENT_ID } from '../../admin/console-client.ts';
import { MembershipsAnswer } from '../../admin/membership-resource.ts';
import { ClientMetadata } from '../../client/client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from '../../client/client-registration.ts';
import { defaultResponseAlgorithm, RESPONSE_ALGORITHM_FIELDS } from '../../client/response-algorithm.ts';
import { pathOf } from '../administration/admin-api-client.ts';
import { everyOf } from '../administration/admin-api-listing.ts';
import { clientOf } from '../administration/clients-of-server.ts';
import { belongingFields, HOLDS, MEMBER_OF, settleBelonging } from './belonging.ts';
import type { Deployment } from './deployment.ts';
import {
  type Fields,
  InvalidResource,
  type Kind,
  type Making,
  type Present,
  type ResourceFile,
  saidOf,
  type Wanted,
} from './resource.ts';
import { bodyIn, fileOf, filledIn } from './resource-schema.ts';

const { client_id: _id, managed_by: _label, client_name, ...registration } = ClientRegistration.shape;

/** What a client has beside its metadata. */
const beside = {
  enabled: z
    .boolean()
    .optional()
    .describe('Where it is left out the client stays as it is: somebody may have disabled it in haste.'),
  member_of: MEMBER_OF,
  holds: HOLDS,
};

const File = fileOf('client', { client_name, ...registration, ...beside }, z.string().min(1).max(200));
/** The metadata are judged by the rules of registration, which say more of what is wrong. */
const Loose = z.looseObject(beside);
const Metadata = ClientMetadata.omit({ managed_by: true });

type Answer = z.output<typeof ClientAnswer>;

function presentOf(answer: Answer, belonging: Fields = {}): Present {
  const { client_id, enabled, revision, metadata } = clientOf(answer);
  return {
    name: client_id,
    id: client_id,
    revision,
    ...(metadata.managed_by !== undefined && { managed_by: metadata.managed_by }),
    fields: { ...filledIn(Metadata, metadata), enabled, ...belonging },
  };
}

async function belongingOf({ api }: Deployment, client_id: string): Promise<Fields> {
  const path = pathOf`/clients/${client_id}/memberships`;
  const { groups, roles } = await api.read({ method: 'GET', path, needs: 'clients:read' }, MembershipsAnswer);
  const own = (items: readonly { readonly name: string; readonly direct: boolean }[]) =>
    items.filter(({ direct }) => direct).map(({ name }) => name);
  return belongingFields({ member_of: own(groups), holds: own(roles) });
}

const asksForBelonging = ({ fields }: Pick<Wanted, 'fields'>): boolean =>
  fields.member_of !== undefined || fields.holds !== undefined;

/** The metadata a file wants, judged whole. @throws InvalidResource */
function metadataOf(
  body: Record<string, unknown>,
  defaults: Parameters<typeof parseClientMetadata>[1],
): Fields {
  for (const member of ['client_id', 'managed_by', 'client_secret'] as const) {
    if (body[member] === undefined) continue;
    const why = {
      client_id: 'is the name of the file: name it there',
      managed_by: 'is given by the command: --label',
      client_secret: 'stands in no file: the server makes one where the method needs it, and tells it once',
    }[member];
    throw new InvalidResource(member, why);
  }
  try {
    return filledIn(Metadata, parseClientMetadata(body, defaults));
  } catch (error) {
    if (!(error instanceof InvalidClientMetadata)) throw error;
    throw new InvalidResource(error.field, error.message.replace(`${error.field}: `, ''));
  }
}

async function fieldsOf(given: ResourceFile, { registrationDefaults }: Deployment): Promise<Fields> {
  const { kind: _kind, name: _name, $schema: _schema, ...body } = bodyIn(Loose, given);
  const { enabled, member_of, holds, ...metadata } = body;
  return {
    ...metadataOf(metadata, await registrationDefaults()),
    ...(enabled !== undefined && { enabled }),
    ...belongingFields({ member_of, holds }),
  };
}

/** Tells a secret that is good for something. */
function tellSecret(answer: z.output<typeof IssuedClientAnswer>, { onIssued }: Making): void {
  const { client_secret, client_secret_authenticates } = answer;
  if (client_secret !== undefined && client_secret_authenticates === 'client') onIssued({ client_secret });
}

const needs = 'clients:write';
const isBeside = (member: string): boolean => Object.hasOwn(beside, member);

/** What of a client is said in a file though it would be the same unsaid: what it is by. */
const ALWAYS_SAID: ReadonlySet<string> = new Set([
  'client_name',
  'token_endpoint_auth_method',
  'grant_types',
]);

/** What a file that says the rest leaves out, or everything where the rest does not come to the same. */
async function bodyOf({ name, fields }: Present, deployment: Deployment): Promise<Fields> {
  const { profile } = fields;
  const { data: known } = ClientMetadata.shape.profile.safeParse(profile);
  const alg = defaultResponseAlgorithm(
    { ...(known !== undefined && { profile: known }) },
    await deployment.registrationDefaults(),
  );
  const byDefault: Fields = {
    ...filledIn(Metadata, {}),
    ...Object.fromEntries(RESPONSE_ALGORITHM_FIELDS.map((member) => [member, alg])),
    enabled: true,
    member_of: [],
    holds: [],
  };
  const whole = saidOf(fields);
  const short = Object.fromEntries(
    Object.entries(whole).filter(
      ([member, value]) => ALWAYS_SAID.has(member) || !isDeepStrictEqual(value, byDefault[member]),
    ),
  );
  const comesTo = await fieldsOf(
    { kind: 'client', name, file: '', body: short, written: new Map() },
    deployment,
  ).catch((error: unknown) => {
    if (error instanceof InvalidResource) return undefined;
    throw error;
  });
  const isSame =
    comesTo !== undefined &&
    Object.keys(fields).every(
      (member) => !Object.hasOwn(comesTo, member) || isDeepStrictEqual(comesTo[member], fields[member]),
    );
  return isSame ? short : whole;
}

async function* labelled({ api }: Deployment, managed_by: string): AsyncIterable<Answer> {
  yield* everyOf(api, '/clients', 'clients:read', ClientAnswer, { managed_by });
}

async function create(wanted: Wanted, making: Making): Promise<void> {
  const { label: managed_by, deployment } = making;
  const { api } = deployment;
  const { name, body: said, fields } = wanted;
  const metadata = Object.fromEntries(
    Object.entries(fields).filter(([member]) => !isBeside(member) && Object.hasOwn(said, member)),
  );
  const body = { ...saidOf({ ...metadata, enabled: fields.enabled }), client_id: name, managed_by };
  tellSecret(await api.read({ method: 'POST', path: '/clients', needs, body }, IssuedClientAnswer), making);
  await settleBelonging(deployment, { client: name }, {}, fields);
}

/** Clients; the name of a file is the `client_id`. */
export const clientKind: Kind = {
  kind: 'client',
  File,
  keyOf: (name) => name,
  fieldsOf,
  async present(deployment, { wanted, label }) {
    const found = new Map<string, Answer>();
    for await (const answer of labelled(deployment, label)) found.set(answer.client_id, answer);
    const looked = new Set(wanted.filter(asksForBelonging).map(({ name }) => name));
    for (const { name } of wanted) {
      if (found.has(name)) continue;
      const path = pathOf`/clients/${name}`;
      const answer = await deployment.api.find({ method: 'GET', path, needs: 'clients:read' }, ClientAnswer);
      if (answer) found.set(name, answer);
    }
    const present: Present[] = [];
    for (const [name, answer] of found) {
      present.push(presentOf(answer, looked.has(name) ? await belongingOf(deployment, name) : {}));
    }
    return present;
  },
  async *all(deployment) {
    const { api } = deployment;
    for await (const answer of everyOf(api, '/clients', 'clients:read', ClientAnswer)) {
      if (answer.client_id === CONSOLE_CLIENT_ID) continue;
      yield presentOf(answer, await belongingOf(deployment, answer.client_id));
    }
  },
  bodyOf,
  create,
  async change({ id, revision, fields }, wanted, changed, making) {
    const { label: managed_by, deployment } = making;
    const members = changed
      .filter((member) => member === 'enabled' || !isBeside(member))
      .map((member) => {
        // What the file does not say is the server's to say again.
        const isSaid = Object.hasOwn(wanted.body, member);
        return [member, isSaid ? (wanted.fields[member] ?? null) : null] as const;
      });
    const body = { ...Object.fromEntries(members), managed_by };
    const path = pathOf`/clients/${id}`;
    const asked = { method: 'PATCH', path, needs, body, ifMatch: [revision] } as const;
    tellSecret(await deployment.api.read(asked, IssuedClientAnswer), making);
    await settleBelonging(deployment, { client: id }, fields, wanted.fields);
  },
  remove: ({ id, revision }, { api }) =>
    api.done({ method: 'DELETE', path: pathOf`/clients/${id}`, needs, ifMatch: [revision] }),
};
