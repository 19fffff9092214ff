import {
  boolean,
  type DerElement,
  DerReader,
  MalformedDer,
  objectIdentifier,
  onlyElement,
  TAG,
} from '../der.ts';

/** An extension's value (the content of its OCTET STRING) and whether it is critical. */
export type Extension = { readonly critical: boolean; readonly value: Uint8Array };
export type Extensions = ReadonlyMap<string, Extension>;

const MOST_EXTENSIONS = 100;

/** Object identifiers of the extensions that revocation reads. */
export const EXTENSION = {
  issuerAltName: '2.5.29.18',
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  holdInstructionCode: '2.5.29.23',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  cRLDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  freshestCRL: '2.5.29.46',
  noRevocationAvailable: '2.5.29.56',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

/**
 * Reads `Extensions ::= SEQUENCE OF Extension` (RFC 5280 §4.1). An extension that stands twice is an error.
 * @throws MalformedDer
 */
export function extensionsOf(sequence: DerElement, field: string): Extensions {
  const extensions = new Map<string, Extension>();
  const reader = new DerReader(sequence.content, field);
  while (reader.nextTag !== undefined) {
    const extension = new DerReader(reader.element(TAG.sequence).content, field);
    const id = objectIdentifier(extension.element(TAG.objectIdentifier), field);
    const critical = extension.optional(TAG.boolean);
    const value = extension.element(TAG.octetString).content;
    extension.end();
    if (extensions.has(id)) throw new MalformedDer(field, `extension ${id} twice`);
    if (extensions.size === MOST_EXTENSIONS) {
      throw new MalformedDer(field, `more than ${MOST_EXTENSIONS} extensions`);
    }
    extensions.set(id, { critical: critical !== undefined && boolean(critical, field), value });
  }
  return extensions;
}

/** The one element that an extension's value must be; undefined when the extension is absent. @throws MalformedDer */
export function extensionValue(
  extensions: Extensions,
  name: keyof typeof EXTENSION,
  tag: number,
): DerElement | undefined {
  const extension = extensions.get(EXTENSION[name]);
  return extension && onlyElement(extension.value, tag, name);
}

/** The critical extensions that are not among those understood. */
export const unknownCritical = (extensions: Extensions, understood: ReadonlySet<string>): string[] =>
  Array.from(extensions)
    .filter(([id, { critical }]) => critical && !understood.has(id))
    .map(([id]) => id);
