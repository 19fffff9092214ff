import type { Selectable } from 'kysely';
import type { DynamicRegistration } from '../../client/dynamic-registration.ts';
import type { Database } from '../database.ts';
import { checkFurther } from '../record.ts';
import type { Schema } from '../schema.ts';
import type { DynamicRegistrationStore } from '../storage.ts';

const toRow = (registration: DynamicRegistration) => ({
  ...registration,
  initial_access_token_id: registration.initial_access_token_id ?? null,
  software_statement: registration.software_statement ?? null,
  scope_asked: registration.scope_asked === false ? 0 : 1,
});

/** @throws UnreadableRecord */
export function toRegistration({
  initial_access_token_id,
  software_statement,
  scope_asked,
  further,
  ...rest
}: Selectable<Schema['dynamic_registration']>): DynamicRegistration {
  checkFurther(further, `registration of client ${rest.client_id}`);
  return {
    ...rest,
    ...(initial_access_token_id !== null && { initial_access_token_id }),
    ...(software_statement !== null && { software_statement }),
    ...(scope_asked === 0 && { scope_asked: false }),
  };
}

export function dynamicRegistrationStore({ db }: Database): DynamicRegistrationStore {
  const steps: DynamicRegistrationStore['steps'] = {
    insert: (registration) => ({
      condition: 'the registration can be stored',
      query: db.insertInto('dynamic_registration').values(toRow(registration)).compile(),
      rows: 'one',
    }),

    replace: (registration, registration_access_token_sha256) => ({
      condition: 'the registration access token is the present one',
      query: db
        .updateTable('dynamic_registration')
        .set(toRow(registration))
        .where('client_id', '=', registration.client_id)
        .where('registration_access_token_sha256', '=', registration_access_token_sha256)
        .compile(),
      rows: 'one',
    }),
  };

  return {
    steps,

    async insert(registration) {
      await db.executeQuery(steps.insert(registration).query);
    },

    async find(client_id) {
      const row = await db
        .selectFrom('dynamic_registration')
        .selectAll()
        .where('client_id', '=', client_id)
        .executeTakeFirst();
      return row && toRegistration(row);
    },

    async replace(registration, registration_access_token_sha256) {
      const { numAffectedRows } = await db.executeQuery(
        steps.replace(registration, registration_access_token_sha256).query,
      );
      return numAffectedRows === 1n;
    },
  };
}
