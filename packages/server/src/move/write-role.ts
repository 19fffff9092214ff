import { checkDescription, checkName, InvalidGrouping } from '../registration/grouping.ts';
import type { WriterContext } from './import-context.ts';
import type { Judgement, RecordWriter } from './judgement.ts';

/** What a group or role that is judged cannot be. @throws whatever is no matter of its name or description */
export function refusedGrouping(error: unknown): Judgement {
  if (!(error instanceof InvalidGrouping)) throw error;
  return { verdict: 'refused', field: error.field, why: `${error.field} ${error.message}` };
}

/** Judges and writes roles of applications. */
export function roleWriter({ storage, roles, by }: WriterContext): RecordWriter<'role'> {
  return {
    async judge({ name, description, managed_by, created_at }) {
      const present = await storage.roles.findByName(name);
      if (present)
        return present.description === description
          ? { verdict: 'present' }
          : { verdict: 'differs', fields: ['description'] };
      try {
        checkName(name);
        checkDescription(description);
      } catch (error) {
        return refusedGrouping(error);
      }
      const write = async () => {
        await roles.add({ name, description, managed_by }, by, created_at);
      };
      return { verdict: 'add', writing: { in: 'own unit', write } };
    },
  };
}
