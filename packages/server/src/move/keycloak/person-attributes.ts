import {
  ATTRIBUTE_NAME,
  type AttributeSpecification,
  valueProblem,
} from '../../user/attribute-definition.ts';
import { isStandardClaim, standardClaimProblem } from '../../user/person-attributes.ts';
import { claimValue } from '../claim-value.ts';
import { shown } from '../finding.ts';
import type { MovedItem } from '../source.ts';
import { PERSON_FIELDS } from './fields.ts';
import { attributeOfMapper, type ClaimOfAttribute } from './mapped-claim.ts';
import { noting } from './noting.ts';
import type { KeycloakUser, ProtocolMapper } from './representation.ts';

/** Where X.509 authenticators of Keycloak look, and people write certificates. */
const OF_CERTIFICATES = 'usercertificate';

export const isOfCertificates = (attribute: string): boolean => attribute.toLowerCase() === OF_CERTIFICATES;

/** Characters of a value: what a definition says where nothing is longer, and what any may say. */
const USUAL_LENGTH = 1000;
const MOST_LENGTH = 4000;

/** What the values of an attribute are like. */
type Shape = { isList: boolean; areIntegers: boolean; areBooleans: boolean; longest: number };

const isInteger = (text: string): boolean => /^-?\d{1,15}$/.test(text);
const isTruth = (text: string): boolean => text === 'true' || text === 'false';

export type AttributeShapes = {
  /** Takes up what somebody has. */
  add(user: KeycloakUser): void;
  /** The definition each attribute has, the claims of OpenID Connect aside, by its name here. */
  definitions(): ReadonlyMap<string, AttributeSpecification>;
};

export const valuesOf = (user: KeycloakUser, attribute: string): readonly string[] =>
  (user.attributes.get(attribute) ?? []).filter((value): value is string => value !== null && value !== '');

/** The type that every mapper of an attribute gives it, where they agree. */
function mappedTypes(
  mappers: readonly ProtocolMapper[],
  nameOf: ClaimOfAttribute,
): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const mapper of mappers) {
    const attribute = attributeOfMapper(mapper);
    if (attribute === undefined) continue;
    const name = nameOf(attribute);
    const type = mapper.config.get('jsonType.label') ?? 'String';
    const before = types.get(name);
    types.set(name, before === undefined || before === type ? type : 'String');
  }
  return types;
}

/**
 * Learns what attributes are like from everybody who has them. Those that a mapper reads are there too, whoever has them: a
 * claim rule names an attribute that is defined.
 */
export function attributeShapes(
  mappers: readonly ProtocolMapper[],
  nameOf: ClaimOfAttribute,
): AttributeShapes {
  const shapes = new Map<string, Shape>();
  const types = mappedTypes(mappers, nameOf);
  const isDefined = (name: string): boolean => ATTRIBUTE_NAME.test(name) && !isStandardClaim(name);
  const shapeOf = (name: string): Shape => {
    const known = shapes.get(name);
    if (known) return known;
    const fresh = { isList: false, areIntegers: true, areBooleans: true, longest: 0 };
    shapes.set(name, fresh);
    return fresh;
  };
  for (const mapper of mappers) {
    const attribute = attributeOfMapper(mapper);
    if (attribute === undefined || attribute === 'id') continue;
    const name = nameOf(attribute);
    if (!isDefined(name)) continue;
    const shape = shapeOf(name);
    if (mapper.config.get('multivalued') === 'true') shape.isList = true;
  }

  return {
    add(user) {
      for (const attribute of user.attributes.keys()) {
        const name = nameOf(attribute);
        if (!isDefined(name) || isOfCertificates(attribute)) continue;
        const values = valuesOf(user, attribute);
        if (values.length === 0) continue;
        const shape = shapeOf(name);
        if (values.length > 1) shape.isList = true;
        for (const value of values) {
          shape.areIntegers &&= isInteger(value);
          shape.areBooleans &&= isTruth(value);
          if (value.length <= MOST_LENGTH) shape.longest = Math.max(shape.longest, value.length);
        }
      }
    },

    definitions() {
      const found = new Map<string, AttributeSpecification>();
      for (const [name, { isList, areIntegers, areBooleans, longest }] of shapes) {
        const wanted = types.get(name);
        const isWhole = areIntegers && (wanted === 'int' || wanted === 'long');
        const type = isWhole ? 'integer' : areBooleans && wanted === 'boolean' ? 'boolean' : 'string';
        const isLong = type === 'string' && longest > USUAL_LENGTH;
        found.set(name, { type, list: isList, ...(isLong && { max_length: MOST_LENGTH }) });
      }
      return found;
    },
  };
}

/** One thing a definition. */
export function* attributeItems(
  definitions: ReadonlyMap<string, AttributeSpecification>,
): Generator<MovedItem, void, undefined> {
  for (const [name, specification] of definitions) {
    const told = noting(PERSON_FIELDS);
    const kind = `${specification.list ? 'a list of ' : ''}${specification.type}${specification.list ? 's' : ''}`;
    told.note('attributes', { ours: name, why: `defined as ${kind}, after what people have` });
    yield {
      kind: 'attribute',
      name,
      findings: told.findings,
      record: { kind: 'attribute', name, ...specification },
    };
  }
}

const valueAs = (type: AttributeSpecification['type'], text: string): unknown => {
  if (type === 'integer') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
};

const ADDRESS = ['formatted', 'locality', 'region', 'postal_code', 'country'] as const;

/** Attributes that are parts of the claim `address`, each with its part, as the address mapper has it. */
export function addressParts(mappers: readonly ProtocolMapper[]): ReadonlyMap<string, string> {
  const mapper = mappers.find(({ protocolMapper }) => protocolMapper === 'oidc-address-mapper');
  if (!mapper) return new Map();
  const parts = ADDRESS.map((part) => [mapper.config.get(`user.attribute.${part}`) ?? part, part] as const);
  return new Map([...parts, [mapper.config.get('user.attribute.street') ?? 'street', 'street_address']]);
}

/** What the attributes of somebody come to; `tell` hears of each that is not as it was. */
export function claimsOfAttributes(
  user: KeycloakUser,
  definitions: ReadonlyMap<string, AttributeSpecification>,
  nameOf: ClaimOfAttribute,
  address: ReadonlyMap<string, string>,
  tell: (attribute: string, outcome: 'changed' | 'lost', why: string) => void,
): Record<string, unknown> {
  const claims = new Map<string, unknown>();
  const parts = new Map<string, string>();
  for (const attribute of user.attributes.keys()) {
    const values = valuesOf(user, attribute);
    const [first, ...others] = values;
    if (first === undefined || isOfCertificates(attribute)) continue;
    const part = address.get(attribute);
    if (part !== undefined) parts.set(part, first);
    const name = nameOf(attribute);
    if (isStandardClaim(name)) {
      const value = claimValue(name, first);
      const problem = standardClaimProblem(name, value);
      // What a mapper reads stands before what merely has the name of the claim.
      if (problem === undefined && (name !== attribute || !claims.has(name))) claims.set(name, value);
      if (problem !== undefined) tell(attribute, 'lost', `${name} ${problem}`);
      else if (others.length > 0)
        tell(attribute, 'changed', `${name} has one value, the first of ${values.length}`);
      continue;
    }
    const definition = definitions.get(name);
    if (definition === undefined) {
      tell(attribute, 'lost', `${shown(attribute)} is no name that an attribute can have here`);
      continue;
    }
    const typed = values.map((value) => valueAs(definition.type, value));
    const problem = valueProblem(definition, definition.list ? typed : typed[0]);
    if (problem === undefined) claims.set(name, definition.list ? typed : typed[0]);
    else tell(attribute, 'lost', problem);
  }
  if (parts.size > 0) claims.set('address', Object.fromEntries(parts));
  return Object.fromEntries(claims);
}
