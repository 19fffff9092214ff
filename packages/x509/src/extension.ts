import {
  boolean,
  type DerElement,
  DerReader,
  MalformedDer,
  objectIdentifier,
  onlyElement,
  TAG,
} from './der.ts';
import { EXTENSION, type ExtensionName, extensionName } from './object-identifiers.ts';

/** An Extension (RFC 5280 §4.1) of a certificate, a CRL, a CRL entry or an OCSP response. */
export type Extension = {
  readonly oid: string;
  readonly critical: boolean;
  /** What the extension's OCTET STRING holds. */
  readonly value: Uint8Array;
};

/** Several times what anything in use carries. */
const MOST_EXTENSIONS = 100;

function extension(element: DerElement, field: string): Extension {
  const reader = new DerReader(onlyElement(element.bytes, TAG.sequence, field).content, field);
  const oid = objectIdentifier(reader.element(TAG.objectIdentifier), field);
  const written = reader.optional(TAG.boolean);
  // The default, FALSE, written out is not DER, and means what leaving it out means.
  const critical = written !== undefined && boolean(written, field);
  const value = reader.element(TAG.octetString).content;
  reader.end();
  return { oid, critical, value };
}

/**
 * Extensions (RFC 5280 §4.1), in the order written, each OID once. An empty list, which should have been left out,
 * says as little as none.
 * @param list the SEQUENCE OF Extension
 * @throws MalformedDer also for an extension given twice, and more than 100
 */
export function readExtensions(list: DerElement, field: string): Extension[] {
  const elements = new DerReader(list.content, field).rest();
  if (elements.length > MOST_EXTENSIONS) {
    throw new MalformedDer(field, `more than ${MOST_EXTENSIONS} extensions`);
  }
  const seen = new Set<string>();
  return elements.map((element) => {
    const found = extension(element, field);
    if (seen.has(found.oid))
      throw new MalformedDer(field, `extension ${extensionName(found.oid)} more than once`);
    seen.add(found.oid);
    return found;
  });
}

/** The extension of that name; undefined when it is absent. */
export const extensionNamed = (
  extensions: readonly Extension[],
  name: ExtensionName,
): Extension | undefined => extensions.find(({ oid }) => oid === EXTENSION[name]);

/** The one element that an extension's value must be; undefined when the extension is absent. @throws MalformedDer */
export function extensionElement(
  extensions: readonly Extension[],
  name: ExtensionName,
  tag: number,
): DerElement | undefined {
  const found = extensionNamed(extensions, name);
  return found && onlyElement(found.value, tag, `extensions.${name}`);
}

/** The OIDs of the critical extensions that are not among those understood. */
export const unknownCritical = (
  extensions: readonly Extension[],
  understood: ReadonlySet<string>,
): string[] => extensions.flatMap(({ oid, critical }) => (critical && !understood.has(oid) ? [oid] : []));
