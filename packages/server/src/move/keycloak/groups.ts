import { DEEPEST } from '../../user/group.ts';
import { shown } from '../finding.ts';
import { readAs } from '../json.ts';
import { type MovedItem, UnreadableSource } from '../source.ts';
import { GROUPING_FIELDS } from './fields.ts';
import type { Realm } from './input.ts';
import { noting } from './noting.ts';
import { KeycloakGroup } from './representation.ts';
import { descriptionOf, nameProblem, type Roles } from './roles.ts';

export type Groups = {
  /** One thing a group, those that contain others before these. */
  items(): Iterable<MovedItem>;
  /** Ours by the path that people and service accounts are members of; undefined for a group that is not here. */
  nameOf(path: string): string | undefined;
};

type Found = {
  readonly path: string;
  readonly group: KeycloakGroup;
  readonly parent: string | undefined;
  /** Groups from the top to this one. */
  readonly depth: number;
};

/** The path where the file does not say it: a slash that is a part of a name has a tilde before it. */
const pathUnder = (parent: string | undefined, name: string): string =>
  `${parent ?? ''}/${name.replaceAll('/', '~/')}`;

/** Every group of a realm, level by level: no depth of a file is a depth of calls. */
function* walked(groups: readonly unknown[]): Generator<Found, void, undefined> {
  type Waiting = { readonly value: unknown; readonly parent: string | undefined; readonly depth: number };
  let level: Waiting[] = groups.map((value) => ({ value, parent: undefined, depth: 1 }));
  while (level.length > 0) {
    const next: Waiting[] = [];
    for (const { value, parent, depth } of level) {
      const group = readAs(KeycloakGroup, value, 'the realm', `groups${parent ?? ''}`);
      const path = group.path ?? pathUnder(parent, group.name);
      yield { path, group, parent, depth };
      for (const each of group.subGroups) next.push({ value: each, parent: path, depth: depth + 1 });
    }
    level = next;
  }
}

/** How groups are named here. */
const NAMINGS = ['path', 'name'] as const;
type Naming = (typeof NAMINGS)[number];

/** Whether a mapper of the realm gives groups by their whole path, so that programs know them by it. */
const givesPaths = ({ scopes = [], clients }: Realm): boolean =>
  [...scopes, ...clients].some(({ protocolMappers }) =>
    protocolMappers.some(
      ({ protocolMapper, config }) =>
        protocolMapper === 'oidc-group-membership-mapper' && config.get('full.path') === 'true',
    ),
  );

const compared = (name: string): string => name.normalize('NFKC').toLowerCase();

function namingOf(realm: Realm, found: readonly Found[], wanted: string | undefined): Naming {
  const asked = NAMINGS.find((naming) => naming === wanted);
  if (wanted !== undefined && asked === undefined) {
    throw new UnreadableSource(`group_names is ${NAMINGS.join(' or ')}, not ${shown(wanted)}`);
  }
  if (asked) return asked;
  const names = new Set(found.map(({ group }) => compared(group.name)));
  return givesPaths(realm) || names.size < found.length ? 'path' : 'name';
}

/**
 * The groups of a realm.
 * @param wanted the setting `group_names`
 * @throws UnreadableSource
 */
export function groupsOf(realm: Realm, roles: Roles, wanted: string | undefined): Groups {
  const found = [...walked(realm.groups)];
  const naming = namingOf(realm, found, wanted);
  const names = new Map<string, string>();
  const problems = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const { path, group, parent, depth } of found) {
    const name = naming === 'path' ? path : group.name;
    const before = taken.get(compared(name));
    const problem =
      depth > DEEPEST
        ? 'groups contain one another at most 10 deep'
        : parent !== undefined && !names.has(parent)
          ? 'the group that contains it is not here'
          : before === undefined
            ? nameProblem(name)
            : `is the same name as that of ${shown(before)}, whatever its case`;
    if (problem === undefined) {
      names.set(path, name);
      taken.set(compared(name), path);
    } else problems.set(path, problem);
  }

  const itemOf = ({ path, group, parent }: Found): MovedItem => {
    const told = noting(GROUPING_FIELDS);
    const name = names.get(path);
    const problem = problems.get(path);
    told.note('groups', problem === undefined ? {} : { outcome: 'lost', why: problem });
    if (group.attributes.size > 0) {
      const attributes = [...group.attributes.keys()].map(shown).join(', ');
      told.note('group attributes', { at: 'attributes', why: `${attributes}: groups have no attributes` });
    }
    const { names: held, ofKeycloak } = roles.of(group);
    if (ofKeycloak.length > 0) {
      told.noteUnknown(
        'clientRoles',
        'lost',
        `${ofKeycloak.map(shown).join(', ')}: who administers Keycloak does not administer this server`,
      );
    }
    const above = parent === undefined ? undefined : names.get(parent);
    return {
      kind: 'group',
      name: path,
      findings: told.findings,
      ...(name !== undefined && {
        record: {
          kind: 'group',
          name,
          description: descriptionOf(group),
          ...(above !== undefined && { parent: above }),
          roles: [...held],
        },
      }),
    };
  };

  return {
    *items() {
      for (const each of found) yield itemOf(each);
    },
    nameOf: (path) => names.get(path),
  };
}
