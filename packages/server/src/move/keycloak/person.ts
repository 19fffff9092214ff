import { certificatesIn, certificateToPem, MalformedCertificate } from '@countersign/x509';
import { ownMember } from '../../own-member.ts';
import type { AttributeSpecification } from '../../user/attribute-definition.ts';
import { standardClaimProblem } from '../../user/person-attributes.ts';
import { shown } from '../finding.ts';
import type { RequiredAction } from '../record.ts';
import type { MovedItem } from '../source.ts';
import { readCredentials } from './credentials.ts';
import { PERSON_FIELDS } from './fields.ts';
import type { Groups } from './groups.ts';
import type { ClaimOfAttribute } from './mapped-claim.ts';
import { noting } from './noting.ts';
import { claimsOfAttributes, isOfCertificates, valuesOf } from './person-attributes.ts';
import type { KeycloakUser } from './representation.ts';
import type { Roles } from './roles.ts';

/** What is known of the realm when its people are read. */
export type PeopleContext = {
  readonly definitions: ReadonlyMap<string, AttributeSpecification>;
  readonly nameOf: ClaimOfAttribute;
  /** Attributes that are parts of an address. */
  readonly address: ReadonlyMap<string, string>;
  readonly roles: Roles;
  readonly groups: Groups;
};

type Told = ReturnType<typeof noting<typeof PERSON_FIELDS>>;

const ACTIONS: Readonly<Record<string, RequiredAction>> = {
  UPDATE_PASSWORD: 'update_password',
  VERIFY_EMAIL: 'verify_email',
  CONFIGURE_TOTP: 'configure_totp',
  'webauthn-register': 'configure_totp',
};

function actionsOf({ requiredActions }: KeycloakUser, told: Told): readonly RequiredAction[] {
  return requiredActions.flatMap((written) => {
    const action = ownMember(ACTIONS, written);
    const at = `requiredActions.${written}`;
    if (action === undefined) told.note('other required action', { at });
    else {
      const isOther = written.toLowerCase() !== action;
      told.note('required action', { at, why: action, ...(isOther && { outcome: 'changed' }) });
    }
    return action === undefined ? [] : [action];
  });
}

function certificatesOf(user: KeycloakUser, told: Told): readonly string[] {
  const found: string[] = [];
  for (const attribute of user.attributes.keys()) {
    if (!isOfCertificates(attribute)) continue;
    for (const written of valuesOf(user, attribute)) {
      try {
        found.push(...certificatesIn(written).slice(0, 1).map(certificateToPem));
        told.note('usercertificate', { at: `attributes.${attribute}` });
      } catch (error) {
        if (!(error instanceof MalformedCertificate)) throw error;
        told.note('usercertificate', {
          at: `attributes.${attribute}`,
          outcome: 'lost',
          why: `cannot be read: ${error.message}`,
        });
      }
    }
  }
  return [...new Set(found)].slice(0, 50);
}

/** The claims of OpenID Connect that Keycloak keeps beside the attributes. */
function ownClaims(user: KeycloakUser, told: Told): Record<string, unknown> {
  const { firstName, lastName, email, emailVerified } = user;
  const name = [firstName, lastName].filter((part) => part !== undefined && part !== '').join(' ');
  const claims: Record<string, unknown> = {};
  const take = (
    field: 'firstName' | 'lastName' | 'email',
    claim: string,
    value: string | undefined,
  ): void => {
    if (value === undefined || value === '') return;
    const problem = standardClaimProblem(claim, value);
    if (problem === undefined) claims[claim] = value;
    told.note(field, problem === undefined ? {} : { outcome: 'lost', why: `${claim} ${problem}` });
  };
  take('firstName', 'given_name', firstName);
  take('lastName', 'family_name', lastName);
  if (name !== '' && standardClaimProblem('name', name) === undefined) claims.name = name;
  take('email', 'email', email);
  if (claims.email !== undefined) claims.email_verified = emailVerified === true;
  return claims;
}

function tellLosses(user: KeycloakUser, told: Told): void {
  if (user.federationLink !== undefined) told.note('federationLink');
  const providers = [...new Set(user.federatedIdentities.map(({ identityProvider }) => identityProvider))];
  if (providers.length > 0) {
    told.note('federatedIdentities', {
      why: `${providers.map(shown).join(', ')}: people do not sign in by another provider here`,
    });
  }
  if (user.clientConsents.length > 0) {
    told.note('clientConsents', { why: `${user.clientConsents.length}: the person is asked again` });
  }
}

/** Reads one person. */
export function personItem(user: KeycloakUser, context: PeopleContext): MovedItem {
  const { definitions, nameOf, address, roles, groups } = context;
  const told = noting(PERSON_FIELDS);
  const { username, id, createdTimestamp } = user;
  if (id !== undefined) told.note('id');
  const credentials = readCredentials(user, told);
  if (user.credentials === undefined) told.note('no credentials', { at: 'credentials' });
  const claims = {
    ...claimsOfAttributes(user, definitions, nameOf, address, (attribute, outcome, why) =>
      told.note('attributes', { at: `attributes.${attribute}`, outcome, why }),
    ),
    ...ownClaims(user, told),
  };
  const actions = new Set([...actionsOf(user, told), ...credentials.actions]);
  const held = roles.of(user);
  if (held.ofKeycloak.length > 0) {
    told.note('roles of Keycloak', {
      at: 'clientRoles',
      why: `${held.ofKeycloak.map(shown).join(', ')}: who administers Keycloak does not administer this server; give an administrator role`,
    });
  }
  const belongs = new Set<string>();
  for (const path of user.groups) {
    const name = groups.nameOf(path);
    if (name !== undefined) belongs.add(name);
    else told.note('groups', { outcome: 'lost', why: `the group ${shown(path)} is not here` });
  }
  tellLosses(user, told);
  const certificates = certificatesOf(user, told);
  const isTime =
    createdTimestamp !== undefined && Number.isSafeInteger(createdTimestamp) && createdTimestamp >= 0;
  return {
    kind: 'person',
    name: username,
    findings: told.findings,
    record: {
      kind: 'person',
      username,
      ...(id !== undefined && { sub: id }),
      enabled: user.enabled !== false,
      ...(isTime && { created_at: createdTimestamp }),
      claims,
      ...(credentials.password && { password: credentials.password }),
      required_actions: [...actions],
      totp: [...credentials.totp],
      certificates: [...certificates],
      groups: [...belongs],
      roles: [...held.names],
    },
  };
}
