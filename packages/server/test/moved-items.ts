import type { MovedClient, MovedPerson, MovedRecord } from '../src/move/record.ts';
import { recordName } from '../src/move/record-name.ts';
import type { MovedItem, Source, SourceInput } from '../src/move/source.ts';

/** No files: for sources that are made of items. */
export const NO_INPUT: SourceInput = {
  files: [],
  certificates: [],
  answers: { clients: {}, settings: {} },
};

/** A record as a reader yields it that has nothing to say of it. */
export const itemOf = (record: MovedRecord): MovedItem => ({
  kind: record.kind,
  name: recordName(record),
  record,
  findings: [],
});

/** A source of these items, in whatever order. */
export const sourceOf = (items: Iterable<MovedItem>): Source => ({
  async *read() {
    yield* items;
  },
});

/** A client that has the secret `hunter2`, unless `rest` says otherwise. */
export const movedClient = (client_id: string, rest: Partial<MovedClient> = {}): MovedClient => ({
  kind: 'client',
  client_id,
  enabled: true,
  metadata: {
    client_name: client_id,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
  },
  secret: { form: 'text', value: 'hunter2' },
  groups: [],
  roles: [],
  ...rest,
});

/** A person that has the password `correct horse`, unless `rest` says otherwise. */
export const movedPerson = (username: string, rest: Partial<MovedPerson> = {}): MovedPerson => ({
  kind: 'person',
  username,
  enabled: true,
  claims: {},
  password: { form: 'text', value: 'correct horse' },
  required_actions: [],
  totp: [],
  certificates: [],
  groups: [],
  roles: [],
  ...rest,
});
