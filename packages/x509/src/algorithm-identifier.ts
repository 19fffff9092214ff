import { type DerElement, DerReader, objectIdentifier, TAG } from './der.ts';

/** An AlgorithmIdentifier (RFC 5280 §4.1.1.2), its parameters unread. */
export type AlgorithmIdentifier = {
  readonly oid: string;
  /** DER of the parameters; undefined when absent. */
  readonly parameters: Uint8Array | undefined;
  /** DER of the whole, for comparison. */
  readonly der: Uint8Array;
};

/** @param element the SEQUENCE @throws MalformedDer */
export function algorithmIdentifier(element: DerElement, field: string): AlgorithmIdentifier {
  const reader = new DerReader(element.content, field);
  const oid = objectIdentifier(reader.element(TAG.objectIdentifier), field);
  const parameters = reader.nextTag === undefined ? undefined : reader.any().bytes;
  reader.end();
  return { oid, parameters, der: element.bytes };
}
