import { ownMember } from '../../own-member.ts';
import { shown } from '../finding.ts';
import { isObject } from '../json.ts';
import type { Finding, MovedItem } from '../source.ts';
import { isOwnClient } from './built-in.ts';
import { isKnownPolicy } from './client-policies.ts';
import { type Field, REALM_FIELDS } from './fields.ts';
import type { Realm } from './input.ts';
import { isFieldOf, isQuiet, noting } from './noting.ts';

const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const namesOf = (value: unknown, member: string): string =>
  listOf(value)
    .map((each) => each[member])
    .filter((name) => typeof name === 'string')
    .map(shown)
    .join(', ');

type Told = ReturnType<typeof noting<typeof REALM_FIELDS>>;

/** Members of which every part is told by itself, or by its names. */
const BY_PARTS: Readonly<Record<string, (value: unknown, told: Told) => void>> = {
  components(value, told) {
    for (const [kind, components] of Object.entries(isObject(value) ? value : {})) {
      const names = namesOf(components, 'name') || namesOf(components, 'providerId');
      const at = `components.${kind}`;
      if (isFieldOf(REALM_FIELDS, kind)) told.note(kind, { at, why: `${names}: ${REALM_FIELDS[kind].why}` });
      else told.noteUnknown(at, 'lost', `${names}: is not known here`);
    }
  },
  identityProviders(value, told) {
    const names = namesOf(value, 'alias');
    if (names !== '')
      told.note('identityProviders', { why: `${names}: ${REALM_FIELDS.identityProviders.why}` });
  },
  authenticationFlows(value, told) {
    const own = listOf(value).filter(({ builtIn, topLevel }) => builtIn !== true && topLevel === true);
    const names = namesOf(own, 'alias');
    if (names !== '')
      told.note('authenticationFlows', { why: `${names}: ${REALM_FIELDS.authenticationFlows.why}` });
  },
  passwordPolicy(value, told) {
    if (typeof value === 'string' && value !== '') {
      told.note('passwordPolicy', { why: `${shown(value)}: ${REALM_FIELDS.passwordPolicy.why}` });
    }
  },
};

/** Members that no line of the table is needed for: they are read, or bookkeeping. */
const READ_ELSEWHERE = [
  ...['id', 'realm', 'enabled', 'keycloakVersion', 'attributes', 'clientPolicies'],
  ...['defaultDefaultClientScopes', 'defaultOptionalClientScopes', 'requiredCredentials'],
];

/** What of a realm is a number or text that every realm has, and that is set in deployment.toml here if anywhere. */
const SETTINGS =
  /^(access|action|client|sso|offline|oauth2|implicit|webAuthn|otp|max|min|wait|quick|brute|permanent|refresh|browserSecurity|enabledEvent|adminEvents|docker|admin|scim|organizationsEnabled|social)/;

function tellPolicies({ policies }: Realm, told: Told): void {
  for (const policy of policies) {
    if (policy.enabled === false || isKnownPolicy(policy)) continue;
    told.note('clientPolicies', {
      outcome: 'lost',
      why: `the policy ${shown(policy.name)} (${policy.profiles.map(shown).join(', ')}) is not judged here: set profile, and what else it asks, on its clients`,
    });
  }
}

/** What becomes of a realm beside its clients, groups, roles and people. */
function findingsOf(realm: Realm): readonly Finding[] {
  const told = noting(REALM_FIELDS);
  for (const [name, value] of realm.members) {
    const byParts = ownMember(BY_PARTS, name);
    if (byParts) {
      byParts(value, told);
      continue;
    }
    if (isFieldOf(REALM_FIELDS, name)) {
      const line: Field = REALM_FIELDS[name];
      if (!line.untold && !isQuiet(value, line)) told.note(name);
    } else if (!READ_ELSEWHERE.includes(name) && !SETTINGS.test(name)) {
      if (!isQuiet(value)) told.noteUnknown(name, 'lost', 'is not known here');
    }
  }
  tellPolicies(realm, told);
  const own = realm.clients.filter(isOwnClient).map(({ clientId }) => shown(clientId));
  if (own.length > 0) {
    told.note('clients of Keycloak', {
      at: 'clients',
      why: `${own.join(', ')}: ${REALM_FIELDS['clients of Keycloak'].why}`,
    });
  }
  return told.findings;
}

/** The realm as one thing, of which no record is written. */
export const realmItem = (realm: Realm): MovedItem | undefined =>
  realm.name === undefined ? undefined : { kind: 'server', name: realm.name, findings: findingsOf(realm) };
