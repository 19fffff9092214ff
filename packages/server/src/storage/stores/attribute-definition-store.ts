import type { AttributeDefinition } from '../../user/attribute-definition.ts';
import type { Database } from '../database.ts';
import { readRecord, readRows } from '../record.ts';
import { AttributeDefinitionRecord } from '../records.ts';
import type { AttributeDefinitionStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

type Row = { readonly name: string; readonly record: string };

/** @throws UnreadableRecord */
const toDefinition = ({ name, record }: Row): AttributeDefinition =>
  readRecord(AttributeDefinitionRecord, record, `attribute ${name}`);

const columnsOf = (definition: AttributeDefinition) => ({
  revision: definition.revision,
  record: JSON.stringify(definition),
});

/** What values of attributes of people may be. */
export function attributeDefinitionStore(
  { db }: Pick<Database, 'db'>,
  report: ReportUnreadable,
): AttributeDefinitionStore {
  return {
    steps: {
      insert: (definition) => ({
        condition: 'the attribute is not defined yet',
        query: db
          .insertInto('attribute_definition')
          .values({ name: definition.name, ...columnsOf(definition) })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
      }),
      update: (definition) => ({
        condition: 'nobody else changed the attribute meanwhile',
        query: db
          .updateTable('attribute_definition')
          .set(columnsOf(definition))
          .where('name', '=', definition.name)
          .where('revision', '=', definition.revision - 1)
          .compile(),
        rows: 'one',
      }),
      remove: (name) => ({
        condition: 'the attribute is defined',
        query: db.deleteFrom('attribute_definition').where('name', '=', name).compile(),
        rows: 'one',
      }),
    },

    async find(name) {
      const row = await db
        .selectFrom('attribute_definition')
        .select(['name', 'record'])
        .where('name', '=', name)
        .executeTakeFirst();
      return row && toDefinition(row);
    },

    async list() {
      const rows = await db
        .selectFrom('attribute_definition')
        .select(['name', 'record'])
        .orderBy('name')
        .execute();
      return readRows(rows, toDefinition, report).items;
    },
  };
}
