import type { Profile } from '../../client/profile-name.ts';
import { ownMember } from '../../own-member.ts';
import type { ClientDraft } from './draft.ts';
import type { Realm } from './input.ts';
import type { ClientPolicy, KeycloakClient } from './representation.ts';

/** Profiles that every Keycloak has, and which of ours asks the same. */
const PROFILES: Readonly<Record<string, Profile>> = {
  'fapi-1-advanced': 'fapi1-advanced',
  'fapi-ciba': 'fapi1-advanced',
  'fapi-2-security-profile': 'fapi2-security',
  'fapi-2-dpop-security-profile': 'fapi2-security',
  'fapi-2-message-signing': 'fapi2-message-signing',
  'fapi-2-dpop-message-signing': 'fapi2-message-signing',
};

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

type Condition = ClientPolicy['conditions'][number];

/** Whether a condition is met by a client; undefined for one that is not known here. */
function isMet(
  { condition, configuration }: Condition,
  client: KeycloakClient,
  realm: Realm,
): boolean | undefined {
  const met = (): boolean | undefined => {
    if (condition === 'any-client') return true;
    if (condition === 'client-access-type') {
      const type = client.publicClient ? 'public' : client.bearerOnly ? 'bearer-only' : 'confidential';
      return textsOf(configuration.type).includes(type);
    }
    if (condition === 'client-roles') {
      const held = realm.clientRoles.get(client.clientId) ?? [];
      return textsOf(configuration.roles).some((role) => held.some(({ name }) => name === role));
    }
    return undefined;
  };
  const negated = `${configuration['is-negative-logic']}` === 'true';
  const is = met();
  return is === undefined ? undefined : is !== negated;
}

/** Whether a policy is one that can be judged here: all of its conditions and one of its profiles are known. */
export const isKnownPolicy = ({ conditions, profiles }: ClientPolicy): boolean =>
  conditions.length > 0 &&
  conditions.every(({ condition }) =>
    ['any-client', 'client-access-type', 'client-roles'].includes(condition),
  ) &&
  profiles.every((profile) => Object.hasOwn(PROFILES, profile));

/** The security profile that the policies of the realm give the client, the strictest where there are several. */
export function readPolicies({ client, realm, metadata, fields }: ClientDraft): void {
  const given = new Map<Profile, string>();
  for (const policy of realm.policies) {
    if (policy.enabled === false || !isKnownPolicy(policy)) continue;
    if (!policy.conditions.every((condition) => isMet(condition, client, realm) === true)) continue;
    for (const name of policy.profiles) {
      const profile = ownMember(PROFILES, name);
      if (profile !== undefined) given.set(profile, policy.name);
    }
  }
  const [profile] = (['fapi2-message-signing', 'fapi2-security', 'fapi1-advanced'] as const).filter((each) =>
    given.has(each),
  );
  if (profile === undefined) return;
  metadata.set('profile', profile);
  fields.noteUnknown(
    'clientPolicies',
    'same',
    `${profile}, by the policy ${JSON.stringify(given.get(profile))}`,
    'profile',
  );
}
