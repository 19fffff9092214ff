import { isDeepStrictEqual } from 'node:util';
import { checkAttribute, InvalidAttribute } from '../registration/attribute-definitions.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

/** Judges and writes definitions of people's attributes. */
export function attributeWriter({ storage, attributes, by }: WriterContext): RecordWriter<'attribute'> {
  return {
    async judge({ kind: _kind, name, managed_by, created_at, ...specification }) {
      const present = await storage.attributeDefinitions.find(name);
      if (present) {
        const { name: _name, managed_by: _label, created_at: _at, revision: _revision, ...before } = present;
        const [had, has]: readonly Readonly<Record<string, unknown>>[] = [before, specification];
        const members = [...new Set([...Object.keys(before), ...Object.keys(specification)])];
        const fields = members.filter((member) => !isDeepStrictEqual(had?.[member], has?.[member]));
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      try {
        checkAttribute(name, specification);
      } catch (error) {
        if (!(error instanceof InvalidAttribute)) throw error;
        return { verdict: 'refused', field: error.field, why: error.message };
      }
      const write = async () => {
        await attributes.add(name, { ...specification, managed_by }, by, created_at);
      };
      return { verdict: 'add', writing: { in: 'own unit', write } };
    },
  };
}
