import { ownMember } from '../own-member.ts';
import type { Cause } from '../refusal/causes.ts';
import type { Event } from './event.ts';

/** What events are looked for by: whoever asks for one of these has all that belongs together, whatever its type. */
export const EVENT_KINDS = [
  'sign_in',
  'token',
  'administration',
  'certificate',
  'server',
  'connection',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** By the family, the part before the dot. What is not here is `server`. */
const FAMILIES: Readonly<Record<string, EventKind>> = {
  sign_in: 'sign_in',
  sign_out: 'sign_in',
  session: 'sign_in',
  account: 'sign_in',
  credential: 'sign_in',
  token: 'token',
  introspection: 'token',
  revocation: 'token',
  userinfo: 'token',
  authorization: 'token',
  consent: 'token',
  grant: 'token',
  device: 'token',
  backchannel: 'token',
  claim: 'token',
  client: 'administration',
  registration: 'administration',
  registration_token: 'administration',
  user: 'administration',
  group: 'administration',
  role: 'administration',
  claim_rule: 'administration',
  attribute: 'administration',
  signing_key: 'administration',
  truststore: 'administration',
  configuration: 'administration',
  node: 'administration',
  subjects: 'administration',
  admin: 'administration',
  certificate: 'certificate',
  certificate_header: 'certificate',
  expiry: 'certificate',
  handshake: 'connection',
  connection: 'connection',
  request: 'connection',
  route: 'connection',
};

const TYPES: Readonly<Record<string, EventKind>> = {
  'truststore.authority_unconfirmed': 'certificate',
};

/** What is wrong with who a person says to be, at whichever endpoint. */
const OF_SIGN_IN: ReadonlySet<Cause> = new Set([
  'user_unknown',
  'user_disabled',
  'password_wrong',
  'password_temporary',
  'action_required',
  'second_factor_needed',
  'second_factor_wrong',
  'passkey_not_accepted',
  'certificate_of_no_account',
  'authentication_too_weak',
  'other_person_signed_in',
]);

/**
 * The kind of an event. A refusal goes by its cause where that says more than its type: a wrong password is a refused
 * sign-in at the token endpoint and at the admin API, too, and a handshake that failed for the certificate is no noise.
 */
export function kindOf({ type, because, username }: Pick<Event, 'type' | 'because' | 'username'>): EventKind {
  const ofFamily = ownMember(FAMILIES, type.split('.')[0] ?? '');
  if (because !== undefined) {
    if (OF_SIGN_IN.has(because) || (because === 'guessing_limited' && username !== undefined))
      return 'sign_in';
    if (because.startsWith('certificate_') && ofFamily === 'connection') return 'certificate';
    if (because === 'internal_error') return 'server';
  }
  return ownMember(TYPES, type) ?? ofFamily ?? 'server';
}
