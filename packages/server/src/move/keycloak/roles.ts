import { checkDescription, checkName, InvalidGrouping } from '../../registration/grouping.ts';
import { shown } from '../finding.ts';
import type { MovedItem } from '../source.ts';
import { isOwnClient, isPlaceholder, OWN_ROLES } from './built-in.ts';
import { GROUPING_FIELDS } from './fields.ts';
import type { Realm } from './input.ts';
import { noting } from './noting.ts';
import type { KeycloakRole } from './representation.ts';

/** Roles as they stand with whoever has them. */
export type HeldRoles = {
  readonly realmRoles: readonly string[];
  readonly clientRoles: ReadonlyMap<string, readonly string[]>;
};

/** What becomes of held roles: ours by name, and those of Keycloak's own that are left behind. */
export type RolesHere = { readonly names: readonly string[]; readonly ofKeycloak: readonly string[] };

export type Roles = {
  /** One thing a role. */
  items(): Iterable<MovedItem>;
  /** What those who have these roles get, with every role that these are made of. */
  of(held: HeldRoles): RolesHere;
};

/** Why a text cannot be the name of a group or role here; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  try {
    checkName(name);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidGrouping) return error.message;
    throw error;
  }
}

/** The description, where it is one that can be here. */
export function descriptionOf({ description = '' }: { readonly description?: string | undefined }): string {
  if (isPlaceholder(description)) return '';
  try {
    checkDescription(description);
    return description;
  } catch (error) {
    if (error instanceof InvalidGrouping) return '';
    throw error;
  }
}

/** One role of the realm, under the name that tells it from every other in the files. */
type Known = {
  readonly role: KeycloakRole;
  readonly field: 'roles.realm' | 'roles.client';
  readonly name: string;
  /** Keycloak's own, which nobody gets. */
  readonly isOwn: boolean;
  readonly problem?: string;
};

/** Both kinds have names of their own: that of a client's role holds a character that ends the client's. */
const keyOf = (client: string | undefined, role: string): string => JSON.stringify([client ?? null, role]);

function knownRoles(realm: Realm): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  const taken = new Map<string, string>();
  const add = (key: string, found: Omit<Known, 'problem'>): void => {
    const compared = found.name.normalize('NFKC').toLowerCase();
    const before = found.isOwn ? undefined : taken.get(compared);
    const problem = found.isOwn
      ? undefined
      : before === undefined
        ? nameProblem(found.name)
        : `is the same name as ${shown(before)} whatever its case`;
    if (!found.isOwn && problem === undefined) taken.set(compared, found.name);
    known.set(key, { ...found, ...(problem !== undefined && { problem }) });
  };
  for (const role of realm.realmRoles) {
    const isOwn = OWN_ROLES.includes(role.name) || role.name === realm.defaultRole;
    add(keyOf(undefined, role.name), { role, field: 'roles.realm', name: role.name, isOwn });
  }
  const ownClients = new Set(realm.clients.filter(isOwnClient).map(({ clientId }) => clientId));
  for (const [client, roles] of realm.clientRoles) {
    for (const role of roles) {
      const name = `${client}/${role.name}`;
      add(keyOf(client, role.name), { role, field: 'roles.client', name, isOwn: ownClients.has(client) });
    }
  }
  return known;
}

function keysOf({ realmRoles, clientRoles }: HeldRoles): string[] {
  const keys = realmRoles.map((name) => keyOf(undefined, name));
  for (const [client, names] of clientRoles) keys.push(...names.map((name) => keyOf(client, name)));
  return keys;
}

const partsOf = ({ composites }: KeycloakRole): HeldRoles => ({
  realmRoles: composites?.realm ?? [],
  clientRoles: composites?.client ?? new Map(),
});

function itemOf({ role, field, name, problem }: Known, given: readonly string[]): MovedItem {
  const told = noting(GROUPING_FIELDS);
  told.note(field, problem === undefined ? {} : { outcome: 'lost', why: problem });
  if (given.length > 0) {
    told.note('composites', {
      why: `whoever has it is given ${given.map(shown).join(', ')} too, as it is now`,
    });
  }
  if (role.attributes.size > 0) {
    told.note('role attributes', {
      at: 'attributes',
      why: `${[...role.attributes.keys()].map(shown).join(', ')}: roles have no attributes`,
    });
  }
  return {
    kind: 'role',
    name,
    findings: told.findings,
    ...(problem === undefined && {
      record: { kind: 'role', name, description: descriptionOf(role) },
    }),
  };
}

/** The roles of a realm and of its clients; one that is made of others gives these to whoever has it. */
export function rolesOf(realm: Realm): Roles {
  const known = knownRoles(realm);

  /** Everything that the keys stand for, however deep and in whatever circles. */
  const reached = (keys: readonly string[]): readonly Known[] => {
    const seen = new Set<string>(keys);
    const found: Known[] = [];
    for (const key of seen) {
      const one = known.get(key);
      if (!one) continue;
      found.push(one);
      for (const part of keysOf(partsOf(one.role))) seen.add(part);
    }
    return found;
  };

  const here = (keys: readonly string[]): RolesHere => {
    const all = reached(keys);
    const own = new Set(keys);
    return {
      names: all.filter(({ isOwn, problem }) => !isOwn && problem === undefined).map(({ name }) => name),
      ofKeycloak: all
        .filter(
          ({ isOwn, field, name, role }) => isOwn && field === 'roles.client' && own.has(keyIn(name, role)),
        )
        .map(({ name }) => name),
    };
  };
  const keyIn = (name: string, role: KeycloakRole): string =>
    keyOf(name.slice(0, name.length - role.name.length - 1), role.name);

  return {
    *items() {
      for (const one of known.values()) {
        if (one.isOwn) continue;
        const parts = here(keysOf(partsOf(one.role))).names.filter((name) => name !== one.name);
        yield itemOf(one, parts);
      }
    },
    of: (held) => here(keysOf(held)),
  };
}
