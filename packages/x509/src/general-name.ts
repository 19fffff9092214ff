import ipaddr from 'ipaddr.js';
import {
  contextTag,
  type DerElement,
  MalformedDer,
  members,
  objectIdentifier,
  onlyElement,
  TAG,
} from './der.ts';
import { DistinguishedName } from './distinguished-name.ts';

/** A GeneralName of RFC 5280 §4.2.1.6. */
export type GeneralName =
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'uri'; readonly value: string }
  | { readonly kind: 'email'; readonly value: string }
  /** `value` is the canonical text of an address; of a range, where one is allowed, both in hexadecimal. */
  | { readonly kind: 'ip'; readonly value: string; readonly octets: Uint8Array }
  | { readonly kind: 'directoryName'; readonly name: DistinguishedName }
  /** The forms whose meaning is not read: otherName, x400Address, ediPartyName, registeredID. `der` is the whole. */
  | { readonly kind: 'other'; readonly form: OtherForm; readonly der: Uint8Array }
  /** One name of a list that is none. It equals nothing, and nothing that constrains names lets it pass. */
  | UnreadableName;

/** A GeneralName that cannot be read; `form` says what it was to be, undefined for a tag that no form has. */
export type UnreadableName = {
  readonly kind: 'unreadable';
  readonly form: 'dns' | 'uri' | 'email' | 'ip' | 'directoryName' | OtherForm | undefined;
  /** As RFC 5280 spells it. */
  readonly field: string;
  readonly reason: string;
  /** DER of the whole. */
  readonly der: Uint8Array;
};

/** A form of GeneralName that is carried and not read. */
export type OtherForm = 'otherName' | 'x400Address' | 'ediPartyName' | 'registeredID';

/** The canonical text of an address: dotted decimal, or RFC 5952. @param octets 4 or 16 of them */
export const addressText = (octets: Uint8Array): string => {
  const address = ipaddr.fromByteArray([...octets]);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
};

/** IA5 text without control characters: what a name of the kinds DNS, URI and email is made of. */
function plainText(element: DerElement, field: string): string {
  const odd = element.content.find((octet) => octet < 0x20 || octet >= 0x7f);
  if (odd !== undefined) {
    const what = odd === 0 ? 'a NUL' : odd < 0x80 ? 'a control character' : 'a character outside ASCII';
    const shown = JSON.stringify(Buffer.from(element.content.subarray(0, 200)).toString('latin1'));
    throw new MalformedDer(field, `${what} within ${shown}`);
  }
  return Buffer.from(element.content).toString('latin1');
}

function otherName(element: DerElement, form: OtherForm, field: string): GeneralName {
  if (form === 'registeredID') objectIdentifier(element, field);
  return { kind: 'other', form, der: element.bytes };
}

/**
 * @param use `name` for an alternative name; `range` for a name constraint, whose iPAddress is an address and
 *   a mask (RFC 5280 §4.2.1.10)
 * @throws MalformedDer also for embedded NULs, control characters and text that is not IA5
 */
export function generalName(element: DerElement, field: string, use: 'name' | 'range' = 'name'): GeneralName {
  switch (element.tag) {
    case contextTag(0, true):
      return otherName(element, 'otherName', field);
    case contextTag(1, false):
      return { kind: 'email', value: plainText(element, `${field}.rfc822Name`) };
    case contextTag(2, false):
      return { kind: 'dns', value: plainText(element, `${field}.dNSName`) };
    case contextTag(3, true):
      return otherName(element, 'x400Address', field);
    case contextTag(4, true):
      // Name is a CHOICE, so its tag is explicit.
      return {
        kind: 'directoryName',
        name: DistinguishedName.fromElement(
          onlyElement(element.content, TAG.sequence, `${field}.directoryName`),
          `${field}.directoryName`,
        ),
      };
    case contextTag(5, true):
      return otherName(element, 'ediPartyName', field);
    case contextTag(6, false):
      return { kind: 'uri', value: plainText(element, `${field}.uniformResourceIdentifier`) };
    case contextTag(7, false): {
      const octets = element.content;
      const sizes = use === 'name' ? [4, 16] : [8, 32];
      if (!sizes.includes(octets.length)) {
        throw new MalformedDer(
          `${field}.iPAddress`,
          `${octets.length} octets where ${sizes.join(' or ')} must stand`,
        );
      }
      const value = use === 'name' ? addressText(octets) : Buffer.from(octets).toString('hex');
      return { kind: 'ip', value, octets };
    }
    case contextTag(8, false):
      return otherName(element, 'registeredID', field);
    default:
      throw new MalformedDer(field, `tag 0x${element.tag.toString(16)}, which no general name has`);
  }
}

const FORMS = new Map<number, NonNullable<UnreadableName['form']>>([
  [0, 'otherName'],
  [1, 'email'],
  [2, 'dns'],
  [3, 'x400Address'],
  [4, 'directoryName'],
  [5, 'ediPartyName'],
  [6, 'uri'],
  [7, 'ip'],
  [8, 'registeredID'],
]);

/** One name of a list whose other names count without it: as `generalName` reads it, or as unreadable. */
export function readableOrNot(element: DerElement, field: string): GeneralName {
  try {
    return generalName(element, field);
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error;
    const form = (element.tag & 0xc0) === 0x80 ? FORMS.get(element.tag & 0x1f) : undefined;
    return {
      kind: 'unreadable',
      form,
      field: error.field,
      reason: error.presented,
      der: element.bytes,
    };
  }
}

/**
 * GeneralNames (RFC 5280 §4.2.1.6).
 * @param list the element whose content is a sequence of GeneralName
 * @param most how many are read
 * @throws MalformedDer also for an empty list
 */
export function generalNames(
  list: DerElement,
  field: string,
  most = Number.POSITIVE_INFINITY,
): GeneralName[] {
  const names = members(list, field);
  if (names.length > most) throw new MalformedDer(field, `more than ${most} names`);
  return names.map((name) => generalName(name, field));
}

/** One string for a name, equal for those that match: directory names as such, all others by their exact text. */
export function generalNameKey(name: GeneralName): string {
  switch (name.kind) {
    case 'directoryName':
      return `directoryName ${name.name.matchingKey}`;
    case 'other':
    case 'unreadable':
      return `${name.kind} ${Buffer.from(name.der).toString('hex')}`;
    default:
      return `${name.kind} ${name.value}`;
  }
}

/** `dns:client.example`, for messages; of a name that cannot be read, what it was to be and what stands there. */
export function printGeneralName(name: GeneralName): string {
  switch (name.kind) {
    case 'other':
      return name.form;
    case 'directoryName':
      return `directoryName:${name.name}`;
    case 'unreadable':
      return `${name.form ?? 'name'} that cannot be read: ${name.reason}`;
    default:
      return `${name.kind}:${name.value}`;
  }
}
