import type { Storage } from '../storage/storage.ts';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import { canonicalUsername } from '../user/username.ts';
import type { RecordKind } from './record.ts';

/** Kinds of what other records name. */
type NamedKind = 'group' | 'role' | 'attribute' | 'client' | 'person';

/**
 * What records may name: what the server has, and what came before them in the files. While everything is only judged the
 * latter is not there yet.
 */
export type KnownNames = {
  /** Notes that a record of this name is written, or is to be. */
  add(kind: RecordKind, name: string): void;
  /** Notes an attribute that is to be defined. */
  define(definition: AttributeDefinition): void;
  /** Those noted. */
  defined(): readonly AttributeDefinition[];
  has(kind: NamedKind, name: string): Promise<boolean>;
  /** The `group_id` of a group that is there. */
  groupId(name: string): Promise<string | undefined>;
  /** The `role_id` of a role that is there. */
  roleId(name: string): Promise<string | undefined>;
};

/** As the server compares them. */
const keyOf = (kind: RecordKind, name: string): string =>
  `${kind} ${kind === 'attribute' || kind === 'client' ? name : canonicalUsername(name)}`;

/** Remembers what was found, for as long as one import takes: others may end a group meanwhile, which its steps notice. */
export function createKnownNames(
  storage: Pick<Storage, 'groups' | 'roles' | 'attributeDefinitions' | 'clients' | 'users'>,
): KnownNames {
  const announced = new Set<string>();
  const defined: AttributeDefinition[] = [];
  const ids = new Map<string, string>();

  const found = async (key: string, find: () => Promise<string | undefined>): Promise<string | undefined> => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = await find();
    if (id !== undefined) ids.set(key, id);
    return id;
  };
  const groupId = (name: string) =>
    found(keyOf('group', name), async () => (await storage.groups.findByName(name))?.group_id);
  const roleId = (name: string) =>
    found(keyOf('role', name), async () => (await storage.roles.findByName(name))?.role_id);

  const isThere = async (kind: NamedKind, name: string): Promise<boolean> => {
    if (kind === 'group') return (await groupId(name)) !== undefined;
    if (kind === 'role') return (await roleId(name)) !== undefined;
    if (kind === 'person') return (await storage.users.subOf(name)) !== undefined;
    if (kind === 'client') return (await storage.clients.find(name)) !== undefined;
    return (await storage.attributeDefinitions.find(name)) !== undefined;
  };

  return {
    define: (definition) => void defined.push(definition),
    defined: () => defined,
    add: (kind, name) => void announced.add(keyOf(kind, name)),
    has: async (kind, name) => announced.has(keyOf(kind, name)) || isThere(kind, name),
    groupId,
    roleId,
  };
}
