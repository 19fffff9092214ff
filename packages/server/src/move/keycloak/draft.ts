import type { ClientAnswer } from '../source.ts';
import type { CLIENT_ATTRIBUTES, CLIENT_FIELDS } from './fields.ts';
import type { Given } from './given-certificates.ts';
import type { Realm } from './input.ts';
import type { Noting } from './noting.ts';
import type { KeycloakClient } from './representation.ts';

/** A client while it is read: what it was, what it is to be, and what is told of it. */
export type ClientDraft = {
  readonly client: KeycloakClient;
  readonly realm: Realm;
  readonly answer: ClientAnswer;
  readonly certificates: readonly Given[];
  /** RFC 7591 metadata so far. */
  readonly metadata: Map<string, unknown>;
  readonly fields: Noting<typeof CLIENT_FIELDS>;
  readonly attributes: Noting<typeof CLIENT_ATTRIBUTES>;
  /** What is said of it leaves it out: nothing of it is written. */
  leaveOut(): void;
};

/** The value of an attribute that says something. */
export function attributeOf({ client }: Pick<ClientDraft, 'client'>, name: string): string | undefined {
  const value = client.attributes.get(name);
  return value === undefined || value === '' ? undefined : value;
}

/** Whether an attribute says `true`. */
export const isOn = (draft: Pick<ClientDraft, 'client'>, name: string): boolean =>
  attributeOf(draft, name) === 'true';

/** Several values in one attribute, as Keycloak joins them. */
export const valuesOfAttribute = (value: string): readonly string[] =>
  value
    .split('##')
    .map((each) => each.trim())
    .filter((each) => each !== '');
