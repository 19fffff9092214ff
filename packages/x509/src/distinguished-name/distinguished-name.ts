import {
  type DerElement,
  DerReader,
  MalformedDer,
  members,
  objectIdentifier,
  onlyElement,
  TAG,
} from '../der.ts';
import { matchingForm, valueFromElement } from './attribute-value.ts';
import { printAttribute } from './print.ts';
import { type RelativeDistinguishedName, readSlashText, readText } from './text.ts';

const readRdn = (set: DerElement, field: string): RelativeDistinguishedName => {
  if (set.tag !== TAG.set) throw new MalformedDer(field, 'a relative distinguished name that is no SET');
  return members(set, field).map((attribute) => {
    if (attribute.tag !== TAG.sequence) throw new MalformedDer(field, 'an attribute that is no SEQUENCE');
    const reader = new DerReader(attribute.content, field);
    const type = objectIdentifier(reader.element(TAG.objectIdentifier), field);
    const value = valueFromElement(reader.any());
    reader.end();
    return { type, value };
  });
};

/**
 * A distinguished name (X.501) as a value. Two are equal when they have the same relative names in the same
 * order, each the same set of attribute types with matching values: letter case, string type, outer and
 * repeated spaces and Unicode compatibility forms do not count (RFC 4517 §4.2.11, RFC 5280 §7.1).
 */
export class DistinguishedName {
  /** The relative names as encoded: the root first, the most specific last. */
  readonly rdns: readonly RelativeDistinguishedName[];
  #matchingRdns: readonly string[] | undefined;

  constructor(rdns: readonly RelativeDistinguishedName[]) {
    this.rdns = rdns;
  }

  /** @param der a Name and nothing after it @throws MalformedDer */
  static fromDer(der: Uint8Array, field = 'name'): DistinguishedName {
    return DistinguishedName.fromElement(onlyElement(der, TAG.sequence, field), field);
  }

  /** @param element the SEQUENCE of a Name @throws MalformedDer */
  static fromElement(element: DerElement, field = 'name'): DistinguishedName {
    const rdns = new DerReader(element.content, field).rest();
    return new DistinguishedName(rdns.map((rdn) => readRdn(rdn, field)));
  }

  /**
   * Reads RFC 4514 text, most specific first, with all that older writings add: quotation (RFC 1779), `;`,
   * spaces around the signs (RFC 2253), `OID.` before dotted types (Java). Text that starts with `/` is
   * openssl's one-line form, root first. For text whose order is not known, see
   * `normaliseRegisteredSubjectDn`.
   * @throws InvalidDistinguishedName
   */
  static parse(text: string): DistinguishedName {
    return text.trimStart().startsWith('/')
      ? new DistinguishedName(readSlashText(text.trim()))
      : new DistinguishedName(readText(text).reverse());
  }

  get isEmpty(): boolean {
    return this.rdns.length === 0;
  }

  /** One string for each relative name, equal for those that match. */
  get #matching(): readonly string[] {
    this.#matchingRdns ??= this.rdns.map((rdn) =>
      JSON.stringify([...new Set(rdn.map(({ type, value }) => type + matchingForm(value)))].sort()),
    );
    return this.#matchingRdns;
  }

  /** A key that equal names share, for maps. */
  get matchingKey(): string {
    return this.#matching.join(' ');
  }

  equals(other: DistinguishedName): boolean {
    return this.matchingKey === other.matchingKey;
  }

  /** True when `subtree` is this name or one of its ancestors (RFC 5280 §4.2.1.10, directoryName). */
  isWithin(subtree: DistinguishedName): boolean {
    const own = this.#matching;
    return subtree.#matching.every((rdn, index) => rdn === own[index]);
  }

  /** The name with its relative names in the opposite order. */
  reversed(): DistinguishedName {
    return new DistinguishedName(this.rdns.toReversed());
  }

  /** The text of every value of an attribute type (a dotted OID), in encoded order. */
  valuesOf(type: string): string[] {
    return this.rdns
      .flat()
      .flatMap((attribute) =>
        attribute.type === type && attribute.value.kind === 'text' ? [attribute.value.text] : [],
      );
  }

  /** RFC 4514: most specific first. */
  toString(): string {
    return this.rdns
      .map((rdn) => rdn.map(printAttribute).join('+'))
      .reverse()
      .join(',');
  }
}
