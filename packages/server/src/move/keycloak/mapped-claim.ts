import { CLAIM_DESTINATIONS, type ClaimDestination, ClaimSpecification } from '../../claim/claim-rule.ts';
import { claimNameProblem } from '../../claim/reserved-claims.ts';
import { ownMember } from '../../own-member.ts';
import { isStandardClaim } from '../../user/person-attributes.ts';
import { scopeOfClaim } from '../../user/standard-claims.ts';
import { type Instead, shown } from '../finding.ts';
import { MAPPERS } from './fields.ts';
import type { ProtocolMapper } from './representation.ts';

/** A claim rule but for whom it is for. */
export type RuleBody = Omit<ClaimSpecification, 'scope' | 'client_id'>;

export type KnownMapper = keyof typeof MAPPERS;

export const isKnownMapper = (name: string): name is KnownMapper => Object.hasOwn(MAPPERS, name);

/** What a mapper comes to. */
export type Mapped =
  | { readonly to: 'rule'; readonly body: RuleBody }
  /** What the scopes of OpenID Connect give without a rule. */
  | { readonly to: 'scope'; readonly inIdToken: boolean; readonly body?: RuleBody }
  | { readonly to: 'audience'; readonly audience: string }
  | { readonly to: 'pairwise'; readonly sector_identifier_uri?: string }
  | { readonly to: 'nothing'; readonly why?: string };

/** Which claim a person has under the name of an attribute of Keycloak's. */
export type ClaimOfAttribute = (attribute: string) => string;

/** What every person of Keycloak has, attributes aside. */
const OF_THE_ACCOUNT: Readonly<Record<string, string>> = {
  username: 'preferred_username',
  email: 'email',
  emailVerified: 'email_verified',
  firstName: 'given_name',
  lastName: 'family_name',
};

/** The attribute of a mapper that reads one of a person; undefined for every other mapper. */
export const attributeOfMapper = ({ protocolMapper, config }: ProtocolMapper): string | undefined =>
  protocolMapper === 'oidc-usermodel-attribute-mapper' || protocolMapper === 'oidc-usermodel-property-mapper'
    ? config.get('user.attribute')
    : undefined;

/** The name of the claim; undefined where it stands inside another one, which a dot says. */
export function claimOfMapper({ config }: ProtocolMapper): string | undefined {
  const written = config.get('claim.name') ?? '';
  return written === '' || /(?<!\\)\./.test(written) ? undefined : written.replaceAll('\\.', '.');
}

/**
 * The names that attributes get: those that a mapper makes a claim of OpenID Connect of have the name of that claim, and
 * every other its own.
 */
export function claimNames(mappers: Iterable<ProtocolMapper>): ClaimOfAttribute {
  const names = new Map<string, string>(Object.entries(OF_THE_ACCOUNT));
  for (const mapper of mappers) {
    const attribute = attributeOfMapper(mapper);
    const claim = claimOfMapper(mapper);
    if (attribute === undefined || claim === undefined || names.has(attribute) || !isStandardClaim(claim))
      continue;
    names.set(attribute, claim);
  }
  return (attribute) => names.get(attribute) ?? attribute;
}

/** Where a mapper puts its claim. What it does not say of UserInfo and introspection goes by the tokens. */
function destinationsOf({ config }: ProtocolMapper): readonly ClaimDestination[] {
  const says = (name: string): boolean | undefined => {
    const written = config.get(name);
    return written === undefined ? undefined : written === 'true';
  };
  const id_token = says('id.token.claim') ?? false;
  const access_token = says('access.token.claim') ?? false;
  const goes = {
    id_token,
    access_token,
    userinfo: says('userinfo.token.claim') ?? id_token,
    introspection: says('introspection.token.claim') ?? access_token,
  };
  return CLAIM_DESTINATIONS.filter((destination) => goes[destination]);
}

/** The value of a hardcoded claim in the type that is written beside it; undefined where it is none. */
function hardcodedValue({ config }: ProtocolMapper): unknown {
  const written = config.get('claim.value') ?? '';
  const type = config.get('jsonType.label') ?? 'String';
  if (type === 'int' || type === 'long') return /^-?\d{1,15}$/.test(written) ? Number(written) : undefined;
  if (type === 'boolean') return written === 'true' || written === 'false' ? written === 'true' : undefined;
  if (type !== 'JSON') return written;
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

type Source = Pick<RuleBody, 'source' | 'form'>;

/** What the claim of a mapper is made of, or why no rule can say it. */
function sourceOf(mapper: ProtocolMapper, nameOf: ClaimOfAttribute): Source | string {
  const { protocolMapper, config } = mapper;
  const form = config.get('multivalued') === 'true' ? 'list' : 'single';
  switch (protocolMapper) {
    case 'oidc-usermodel-attribute-mapper':
    case 'oidc-usermodel-property-mapper': {
      const attribute = attributeOfMapper(mapper) ?? '';
      if (attribute === 'id') return 'the id of a person is the sub';
      if (config.get('aggregate.attrs') === 'true')
        return 'attributes of groups are not given to their members';
      return { source: { from: 'person_attribute', attribute: nameOf(attribute) }, form };
    }
    case 'oidc-full-name-mapper':
      return { source: { from: 'person_attribute', attribute: 'name' }, form: 'single' };
    case 'oidc-address-mapper':
      return { source: { from: 'person_attribute', attribute: 'address' }, form: 'single' };
    case 'oidc-hardcoded-claim-mapper': {
      const value = hardcodedValue(mapper);
      const fixed = ClaimSpecification.shape.source.safeParse({ from: 'value', value });
      if (!fixed.success) return 'its value is neither one text, number or truth nor a list of them';
      return { source: fixed.data, form: Array.isArray(value) ? 'list' : 'single' };
    }
    case 'oidc-group-membership-mapper':
      return { source: { from: 'groups' }, form: 'list' };
    default:
      return (config.get('usermodel.realmRoleMapping.rolePrefix') ?? '') === ''
        ? { source: { from: 'roles' }, form: 'list' }
        : 'roles are given as they are named, without a prefix';
  }
}

const MAKES_CLAIM: readonly string[] = [
  'oidc-usermodel-attribute-mapper',
  'oidc-usermodel-property-mapper',
  'oidc-full-name-mapper',
  'oidc-address-mapper',
  'oidc-hardcoded-claim-mapper',
  'oidc-group-membership-mapper',
  'oidc-usermodel-realm-role-mapper',
];

const OWN_NAMES: Readonly<Record<string, string>> = {
  'oidc-full-name-mapper': 'name',
  'oidc-address-mapper': 'address',
};

function mappedClaim(mapper: ProtocolMapper, scope: string | undefined, nameOf: ClaimOfAttribute): Mapped {
  const claim = ownMember(OWN_NAMES, mapper.protocolMapper) ?? claimOfMapper(mapper);
  const written = mapper.config.get('claim.name') ?? '';
  if (claim === undefined) {
    return {
      to: 'nothing',
      why:
        written === ''
          ? 'it names no claim'
          : `${shown(written)} is a claim inside another one, which cannot be made`,
    };
  }
  const made = sourceOf(mapper, nameOf);
  if (typeof made === 'string') return { to: 'nothing', why: made };
  const { source } = made;
  const isOwn = source.from === 'person_attribute' && source.attribute === claim;
  const problem = claimNameProblem(claim);
  if (problem !== undefined) return { to: 'nothing', why: `the claim ${problem}` };
  if (isStandardClaim(claim) && !isOwn) {
    return { to: 'nothing', why: `${claim} is what the account has of that name, and nothing else` };
  }
  const all = destinationsOf(mapper);
  const isOfScope = isOwn && scope !== undefined && scopeOfClaim(claim) === scope;
  const destinations = isOfScope
    ? all.filter((destination) => destination === 'access_token' || destination === 'introspection')
    : [...all];
  const parsed = ClaimSpecification.safeParse({ claim, ...made, destinations });
  const body: RuleBody | undefined = parsed.success ? parsed.data : undefined;
  if (isOfScope) return { to: 'scope', inIdToken: all.includes('id_token'), ...(body && { body }) };
  if (body) return { to: 'rule', body };
  return {
    to: 'nothing',
    why:
      all.length === 0
        ? 'it puts its claim nowhere'
        : 'its attribute has a name that no attribute can have here',
  };
}

/**
 * What a protocol mapper is here.
 * @param scope the client scope it is of; undefined for one of a client
 */
export function mapped(mapper: ProtocolMapper, scope: string | undefined, nameOf: ClaimOfAttribute): Mapped {
  const { protocolMapper, config } = mapper;
  if (MAKES_CLAIM.includes(protocolMapper)) return mappedClaim(mapper, scope, nameOf);
  if (protocolMapper === 'oidc-audience-mapper') {
    const audience = config.get('included.client.audience') || config.get('included.custom.audience') || '';
    if (audience === '') return { to: 'nothing', why: 'it names no audience' };
    return config.get('access.token.claim') === 'true'
      ? { to: 'audience', audience }
      : { to: 'nothing', why: 'an ID token is for its client alone (OIDC Core §2)' };
  }
  if (protocolMapper === 'oidc-sha256-pairwise-sub-mapper') {
    const sector = config.get('sectorIdentifierUri');
    return { to: 'pairwise', ...(sector && { sector_identifier_uri: sector }) };
  }
  return { to: 'nothing' };
}

/** What is told of a mapper instead of what the table says of its kind. */
export function insteadOf(outcome: Mapped): Instead {
  switch (outcome.to) {
    case 'nothing':
      return { outcome: 'lost', ...(outcome.why !== undefined && { why: outcome.why }) };
    case 'rule': {
      const { claim, source, destinations } = outcome.body;
      const of =
        source.from === 'person_attribute'
          ? ` of the attribute ${source.attribute}`
          : source.from === 'value'
            ? ''
            : ` of all ${source.from}`;
      return { why: `the claim ${claim}${of}, in ${destinations.join(', ')}` };
    }
    default:
      return {};
  }
}

/** Notes of sessions that are claims here without anybody's doing. */
const GIVEN_WITHOUT = ['auth_time', 'client_id'];

/** Whether nothing is to be told of a mapper: what it does is done without. */
export function isUntold(mapper: ProtocolMapper): boolean {
  const { protocolMapper } = mapper;
  if (protocolMapper === 'oidc-usersessionmodel-note-mapper') {
    return GIVEN_WITHOUT.includes(claimOfMapper(mapper) ?? '');
  }
  return isKnownMapper(protocolMapper) && 'untold' in MAPPERS[protocolMapper];
}
