import { constants } from 'node:buffer';
import { z } from 'zod';
import { isObject, parsedJson, readAs } from '../json.ts';
import { type InputFile, UnreadableSource } from '../source.ts';
import { byName, wholeText } from '../whole-text.ts';
import {
  ClientPolicy,
  ClientScope,
  KeycloakClient,
  KeycloakRole,
  KeycloakUser,
  RealmMembers,
} from './representation.ts';

/** What a file says of its realm, people aside. */
export type Realm = {
  /** Undefined where clients came without their realm. */
  readonly name: string | undefined;
  readonly clients: readonly KeycloakClient[];
  /** Undefined where the files have none: what a client names is then all that is known. */
  readonly scopes: readonly ClientScope[] | undefined;
  readonly realmRoles: readonly KeycloakRole[];
  /** By the client_id of the client they are of. */
  readonly clientRoles: ReadonlyMap<string, readonly KeycloakRole[]>;
  readonly defaultRole: string;
  /** Each yet to be read as a `KeycloakGroup`. */
  readonly groups: readonly unknown[];
  readonly policies: readonly ClientPolicy[];
  readonly defaultSignatureAlgorithm: string | undefined;
  /** Seconds. */
  readonly accessTokenLifespan: number | undefined;
  /** Seconds. */
  readonly deviceCodeLifespan: number | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** Every member of the file, for the report. */
  readonly members: readonly (readonly [name: string, value: unknown])[];
};

export type KeycloakFiles = {
  readonly realm: Realm;
  /** Everybody in the files, service accounts too; read anew each time it is asked. */
  people(): AsyncIterable<KeycloakUser>;
};

const UsersFile = z.object({ realm: z.string(), users: z.array(z.unknown()) });

/** What a file is, by what stands in it. */
type Kind = 'realm' | 'people of a realm' | 'people' | 'clients' | 'client' | 'realms' | 'federated people';

function kindOf(value: unknown): Kind | undefined {
  if (Array.isArray(value)) {
    const [first] = value;
    if (!isObject(first)) return undefined;
    if ('realm' in first) return 'realms';
    if ('clientId' in first) return 'clients';
    return 'username' in first ? 'people' : undefined;
  }
  if (!isObject(value)) return undefined;
  if ('realm' in value) {
    if ('federatedUsers' in value && !('clients' in value)) return 'federated people';
    const isOfPeople =
      'users' in value && Object.keys(value).every((name) => name === 'realm' || name === 'users');
    return isOfPeople ? 'people of a realm' : 'realm';
  }
  return 'clientId' in value ? 'client' : undefined;
}

const readJson = async (file: InputFile): Promise<unknown> =>
  parsedJson(
    await wholeText(
      file,
      constants.MAX_STRING_LENGTH,
      'export with --dir and --users different_files, which makes many small files',
    ),
    file.name,
  );

const listOf = <Schema extends z.ZodType>(
  schema: Schema,
  values: readonly unknown[] | undefined,
  file: string,
  place: string,
): readonly z.output<Schema>[] =>
  (values ?? []).map((value, index) => readAs(schema, value, file, `${place}[${index}]`));

function noneTwice(clients: readonly KeycloakClient[], file: string): readonly KeycloakClient[] {
  const seen = new Set<string>();
  for (const { clientId } of clients) {
    if (seen.has(clientId))
      throw new UnreadableSource(`${file}: has two clients ${JSON.stringify(clientId)}`);
    seen.add(clientId);
  }
  return clients;
}

/** What of a realm is large, and told of thing by thing. */
const READ_BY_THEMSELVES = ['clients', 'users', 'groups', 'roles', 'clientScopes'];

function realmOf(value: unknown, file: string): Realm {
  const members = readAs(RealmMembers, value, file, '');
  const roles = members.roles;
  const clientRoles = new Map<string, readonly KeycloakRole[]>();
  for (const [client, held] of roles?.client ?? []) {
    clientRoles.set(client, listOf(KeycloakRole, held, file, `roles.client.${client}`));
  }
  return {
    name: members.realm,
    clients: noneTwice(listOf(KeycloakClient, members.clients, file, 'clients'), file),
    scopes: members.clientScopes && listOf(ClientScope, members.clientScopes, file, 'clientScopes'),
    realmRoles: listOf(KeycloakRole, roles?.realm, file, 'roles.realm'),
    clientRoles,
    defaultRole: members.defaultRole?.name ?? `default-roles-${members.realm}`.toLowerCase(),
    groups: members.groups ?? [],
    policies: listOf(ClientPolicy, members.clientPolicies?.policies, file, 'clientPolicies.policies'),
    defaultSignatureAlgorithm: members.defaultSignatureAlgorithm,
    accessTokenLifespan: members.accessTokenLifespan,
    deviceCodeLifespan: members.oauth2DeviceCodeLifespan,
    attributes: members.attributes,
    members: Object.entries(isObject(value) ? value : {}).filter(
      ([name]) => !READ_BY_THEMSELVES.includes(name),
    ),
  };
}

/** Clients that came without their realm. */
const realmAround = (clients: readonly unknown[], file: string): Realm => ({
  name: undefined,
  clients: noneTwice(listOf(KeycloakClient, clients, file, ''), file),
  scopes: undefined,
  realmRoles: [],
  clientRoles: new Map(),
  defaultRole: '',
  groups: [],
  policies: [],
  defaultSignatureAlgorithm: undefined,
  accessTokenLifespan: undefined,
  deviceCodeLifespan: undefined,
  attributes: new Map(),
  members: [],
});

/** A file that was looked at: which realms it speaks of, and how its people are found again. */
type Looked = {
  readonly file: InputFile;
  readonly kind: Kind;
  /** Undefined where the file does not say. */
  readonly realms: readonly (string | undefined)[];
};

/** The realm of this name in a file, which may hold several. */
function realmIn(value: unknown, name: string | undefined): unknown {
  if (!Array.isArray(value)) return value;
  return value.find((each) => isObject(each) && each.realm === name);
}

function peopleIn(value: unknown, { kind, file }: Looked, realm: string | undefined): readonly unknown[] {
  if (kind === 'people') return Array.isArray(value) ? value : [];
  if (kind === 'people of a realm') return readAs(UsersFile, value, file.name, '').users;
  const of = realmIn(value, realm);
  return isObject(of) && Array.isArray(of.users) ? of.users : [];
}

async function look(file: InputFile): Promise<Looked & { readonly value: unknown }> {
  const value = await readJson(file);
  const kind = kindOf(value);
  if (kind === undefined) {
    throw new UnreadableSource(
      `${file.name}: is JSON, but neither a realm nor people nor clients as Keycloak exports them`,
    );
  }
  const named = (each: unknown): string | undefined =>
    isObject(each) && typeof each.realm === 'string' ? each.realm : undefined;
  const realms = kind === 'realms' && Array.isArray(value) ? value.map(named) : [named(value)];
  return { file, kind, realms, value };
}

const HAVE_REALM: readonly Kind[] = ['realm', 'realms'];
const HAVE_PEOPLE: readonly Kind[] = ['realm', 'realms', 'people of a realm', 'people'];

/** The one realm that is meant. @throws UnreadableSource */
function realmMeant(looked: readonly Looked[], wanted: string | undefined): string | undefined {
  const names = [
    ...new Set(looked.flatMap(({ realms }) => realms.filter((name) => name !== undefined))),
  ].sort();
  if (wanted !== undefined) {
    if (names.length === 0 || names.includes(wanted)) return wanted;
    throw new UnreadableSource(`there is no realm ${JSON.stringify(wanted)}, only ${names.join(', ')}`);
  }
  if (names.length > 1) {
    throw new UnreadableSource(
      `the files have several realms: ${names.join(', ')}; say which one with --set realm=NAME`,
    );
  }
  return names[0];
}

/**
 * Reads the files of one realm: an export of the server (`kc.sh export --file` or `--dir`), a partial export, or what the
 * Admin API answers of its people or clients. Of a folder the files that end with `.json` are read.
 * @param wanted the name of the realm, where the files have several
 * @throws UnreadableSource
 */
export async function readKeycloakFiles(
  files: readonly InputFile[],
  wanted: string | undefined,
): Promise<KeycloakFiles> {
  const [only] = files;
  const json = files.length === 1 && only ? [only] : files.filter(({ name }) => name.endsWith('.json'));
  if (json.length === 0) throw new UnreadableSource('there is no file that ends with .json');
  const looked: Looked[] = [];
  const realms: { readonly looked: Looked; readonly value: unknown }[] = [];
  const clients: { readonly file: string; readonly value: unknown }[] = [];
  for (const each of byName(json)) {
    const { value, ...rest } = await look(each);
    looked.push(rest);
    if (HAVE_REALM.includes(rest.kind)) realms.push({ looked: rest, value });
    if (rest.kind === 'clients' && Array.isArray(value)) {
      for (const client of value) clients.push({ file: each.name, value: client });
    }
    if (rest.kind === 'client') clients.push({ file: each.name, value });
  }
  const name = realmMeant(looked, wanted);
  const found = realms.filter(({ looked: { realms: named } }) => named.includes(name));
  const [first, second] = found;
  if (first && second) {
    throw new UnreadableSource(
      `${first.looked.file.name} and ${second.looked.file.name} are both the realm ${name}: give one of them`,
    );
  }
  const [one] = clients;
  if (first && one) {
    throw new UnreadableSource(
      `${one.file} has clients beside the realm ${name} in ${first.looked.file.name}: give one of them`,
    );
  }
  const realm = first
    ? realmOf(realmIn(first.value, name), first.looked.file.name)
    : realmAround(
        clients.map(({ value }) => value),
        one?.file ?? '',
      );
  return { realm, people: () => peopleOf(looked, name) };
}

async function* peopleOf(
  looked: readonly Looked[],
  realm: string | undefined,
): AsyncGenerator<KeycloakUser, void, undefined> {
  const seen = new Map<string, string>();
  for (const each of looked) {
    const isOfRealm = each.kind === 'people' || each.realms.includes(realm);
    if (!isOfRealm || !HAVE_PEOPLE.includes(each.kind)) continue;
    const { name } = each.file;
    const place = each.kind === 'people' ? '' : 'users';
    for (const [index, value] of peopleIn(await readJson(each.file), each, realm).entries()) {
      const user = readAs(KeycloakUser, value, name, `${place}[${index}]`);
      const before = seen.get(user.username);
      // A partial export has the service accounts, and so has the list of people.
      if (before !== undefined && user.serviceAccountClientId !== undefined) continue;
      if (before !== undefined) {
        throw new UnreadableSource(`${JSON.stringify(user.username)} stands in ${before} and in ${name}`);
      }
      seen.set(user.username, name);
      yield user;
    }
  }
}
