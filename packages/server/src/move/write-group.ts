import { isDeepStrictEqual } from 'node:util';
import { checkDescription, checkName } from '../registration/grouping.ts';
import { DEEPEST } from '../user/group.ts';
import { canonicalUsername } from '../user/username.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';
import { knownStanding } from './standing.ts';
import { refusedGrouping } from './write-role.ts';

const folded = (names: readonly string[]) => [...new Set(names.map(canonicalUsername))].toSorted();
const isSameName = (one: string | undefined, other: string | undefined) =>
  one === other ||
  (one !== undefined && other !== undefined && canonicalUsername(one) === canonicalUsername(other));

/** Judges and writes groups, each with the roles that it holds. */
export function groupWriter(context: WriterContext): RecordWriter<'group'> {
  const { storage, groups, names, by, source, clock } = context;
  /** How deep groups of the files stand that are to be written: 1 for one that stands by itself. */
  const depths = new Map<string, number>();

  const depthOf = async (name: string): Promise<number> => {
    const known = depths.get(canonicalUsername(name));
    if (known !== undefined) return known;
    const group_id = await names.groupId(name);
    return group_id === undefined ? 0 : (await storage.groups.chain(group_id)).length;
  };

  return {
    async judge({ name, description, parent, roles: given, managed_by, created_at }) {
      const { roles, findings } = await knownStanding({ groups: [], roles: given }, names);
      const present = await storage.groups.findByName(name);
      if (present) {
        const held = await storage.roles.ofGroup(present.group_id);
        const fields = [
          ...(present.description === description ? [] : ['description']),
          ...(isSameName(present.parent_name, parent) ? [] : ['parent']),
          ...(isDeepStrictEqual(folded(held.map((role) => role.name)), folded(roles)) ? [] : ['roles']),
        ];
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      try {
        checkName(name);
        checkDescription(description);
      } catch (error) {
        return refusedGrouping(error);
      }
      if (parent !== undefined && !(await names.has('group', parent))) {
        const why = `the group that contains it, ${JSON.stringify(parent)}, is neither in the files before it nor here`;
        return { verdict: 'refused', field: 'parent', why };
      }
      const depth = parent === undefined ? 1 : (await depthOf(parent)) + 1;
      if (depth > DEEPEST) {
        const why = `groups contain one another at most ${DEEPEST} deep; here it would be ${depth}`;
        return { verdict: 'refused', field: 'parent', why };
      }
      depths.set(canonicalUsername(name), depth);
      const write = async () => {
        const role_ids = await Promise.all(roles.map((role) => names.roleId(role)));
        const steps = (group_id: string) =>
          role_ids
            .filter((role_id) => role_id !== undefined)
            .map((role_id) => storage.roles.steps.assign(role_id, { kind: 'group', id: group_id }, clock()));
        const detail = { imported_from: source, ...(roles.length > 0 && { roles }) };
        const above = parent === undefined ? undefined : await names.groupId(parent);
        await groups.add({ name, description, parent: above, managed_by }, by, { created_at, steps, detail });
      };
      return { verdict: 'add', findings, writing: { in: 'own unit', write } };
    },
  };
}
