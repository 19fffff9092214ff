import { ownMember } from '../own-member.ts';
import type { Event } from './event.ts';

/** By what events are kept: changes to what the server knows, who was let in and what ended, and the rest. */
export const EVENT_CLASSES = ['administrative', 'security', 'traffic'] as const;
export type EventClass = (typeof EVENT_CLASSES)[number];

/** By the family, the part before the dot. What is not here is `security`: kept rather too long than too short. */
const FAMILIES: Readonly<Record<string, EventClass>> = {
  client: 'administrative',
  user: 'administrative',
  group: 'administrative',
  role: 'administrative',
  truststore: 'administrative',
  signing_key: 'administrative',
  registration_token: 'administrative',
  claim_rule: 'administrative',
  attribute: 'administrative',
  configuration: 'administrative',
  node: 'administrative',
  subjects: 'administrative',
  audit: 'administrative',
  expiry: 'administrative',
  webhook: 'administrative',
  token: 'traffic',
  certificate: 'traffic',
  certificate_header: 'traffic',
  connection: 'traffic',
  handshake: 'traffic',
  logout_token: 'traffic',
  plug_in: 'traffic',
  claim: 'traffic',
  ping: 'traffic',
};

const TYPES: Readonly<Record<string, EventClass>> = {
  'token.revoked': 'security',
  // An answer given once more: nothing was changed.
  'client.registration_repeated': 'traffic',
  'device.begun': 'traffic',
  'backchannel.begun': 'traffic',
};

/**
 * A refusal that ended something has it as its object: what was issued on a stolen code or token. Any other is traffic:
 * strangers make as many as they like, and must push out nothing else.
 */
export function classOf({ type, object }: Pick<Event, 'type' | 'object'>): EventClass {
  if (type.endsWith('.refused')) return object === undefined ? 'traffic' : 'security';
  return ownMember(TYPES, type) ?? ownMember(FAMILIES, type.split('.')[0] ?? '') ?? 'security';
}
