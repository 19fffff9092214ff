import { count, type DerElement, DerReader, integer, MalformedDer, onlyElement, TAG, time } from '../der.ts';
import type { DistinguishedName } from '../distinguished-name.ts';
import { extensionElement, readExtensions, unknownCritical } from '../extension.ts';
import { EXTENSION } from '../object-identifiers.ts';
import { directoryNamesIn } from './distribution-point.ts';
import { type RevocationReason, reasonOf } from './reason.ts';

/** What a CRL says of one certificate on it. */
export type CrlEntry = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `removeFromCRL` stands only in delta CRLs and means: no longer revoked. */
  readonly reason: RevocationReason;
};

const FIELD = 'revokedCertificates';

const UNDERSTOOD = new Set<string>([
  EXTENSION.reasonCode,
  EXTENSION.invalidityDate,
  EXTENSION.certificateIssuer,
  EXTENSION.holdInstructionCode,
]);

/**
 * Walks over DER by offsets alone. `DerReader` makes three objects an element, which a list of 100,000
 * entries would turn into half a second; its rules are kept here, and everything rarer is left to it.
 */
class Walk {
  readonly #bytes: Buffer;
  start = 0;
  content = 0;
  end = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Steps onto the element at `at`, which must carry `tag` if one is given and end before `limit`. */
  to(at: number, limit: number, tag?: number): void {
    const bytes = this.#bytes;
    const first = bytes[at + 1];
    if (first === undefined || at + 2 > limit) throw new MalformedDer(FIELD, 'ends within an entry');
    if (tag !== undefined && bytes[at] !== tag) throw new MalformedDer(FIELD, 'an entry of another shape');
    let content = at + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0 || octets > 4 || content + octets > limit) {
        throw new MalformedDer(FIELD, 'an entry whose length is indefinite or too long');
      }
      length = bytes.readUIntBE(content, octets);
      if (length < 0x80 || length < 256 ** (octets - 1)) {
        throw new MalformedDer(FIELD, 'an entry whose length is not minimal');
      }
      content += octets;
    }
    if (content + length > limit) throw new MalformedDer(FIELD, 'ends within an entry');
    this.start = at;
    this.content = content;
    this.end = content + length;
  }
}

/** What the extensions of an entry mean for the entries as a whole. */
type EntryExtensions = {
  readonly unknown: readonly string[];
  readonly certificateIssuer: DistinguishedName | undefined;
};

/** Distinct extension blocks remembered: a CRL has a handful (its reasons), unless it is hostile. */
const MOST_BLOCKS = 64;
const LONGEST_BLOCK = 128;

function readEntryExtensions(block: Buffer): EntryExtensions {
  const extensions = readExtensions(onlyElement(block, TAG.sequence, FIELD), 'crlEntryExtensions');
  const names = extensionElement(extensions, 'certificateIssuer', TAG.sequence);
  const [name, ...others] = names ? directoryNamesIn(names, FIELD) : [];
  if (names && (name === undefined || others.length > 0)) {
    throw new MalformedDer(FIELD, 'a certificateIssuer without exactly one directory name');
  }
  return { unknown: unknownCritical(extensions, UNDERSTOOD), certificateIssuer: name };
}

/** The revoked certificates of one CRL, found by issuer and serial number. */
export class CrlEntries {
  readonly count: number;
  /** Critical entry extensions that are not understood. */
  readonly unknownCritical: readonly string[];
  readonly #list: Buffer;
  /** By the certificate issuer's matching key, then by serial number: where in the list the entry starts. */
  readonly #index: ReadonlyMap<string, ReadonlyMap<string, number>>;

  /**
   * Reads the list once, front to back; an entry is decoded only when it is asked for.
   * @param list `revokedCertificates`; undefined when the CRL has none
   * @param indirect whether entries may be of other issuers than the CRL's
   * @throws MalformedDer
   */
  constructor(list: DerElement | undefined, crlIssuer: DistinguishedName, indirect: boolean) {
    const content = list?.content ?? new Uint8Array();
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const blocks = new Map<string, EntryExtensions>();
    const extensionsIn = (start: number, end: number): EntryExtensions => {
      const key = end - start > LONGEST_BLOCK ? '' : bytes.toString('latin1', start, end);
      const known = blocks.get(key);
      if (known) return known;
      const extensions = readEntryExtensions(bytes.subarray(start, end));
      if (key !== '' && blocks.size < MOST_BLOCKS) blocks.set(key, extensions);
      return extensions;
    };
    const unknown = new Set<string>();
    let serials = new Map<string, number>();
    const index = new Map([[crlIssuer.matchingKey, serials]]);
    const walk = new Walk(bytes);
    let entries = 0;
    for (let at = 0; at < bytes.length; entries += 1) {
      walk.to(at, bytes.length, TAG.sequence);
      const { start, end } = walk;
      walk.to(walk.content, end, TAG.integer);
      const serial = bytes.toString('latin1', walk.content, walk.end);
      walk.to(walk.end, end);
      if (walk.end < end) {
        walk.to(walk.end, end, TAG.sequence);
        if (walk.end !== end) throw new MalformedDer(FIELD, 'an entry with something after its extensions');
        const extensions = extensionsIn(walk.start, end);
        for (const id of extensions.unknown) unknown.add(id);
        // RFC 5280 §5.3.3: an entry without certificateIssuer has the issuer of the entry before it.
        if (extensions.certificateIssuer) {
          if (!indirect) throw new MalformedDer(FIELD, 'certificateIssuer in a CRL that is not indirect');
          const key = extensions.certificateIssuer.matchingKey;
          serials = index.get(key) ?? new Map<string, number>();
          index.set(key, serials);
        }
      }
      if (!serials.has(serial)) serials.set(serial, start);
      at = end;
    }
    this.count = entries;
    this.unknownCritical = [...unknown];
    this.#list = bytes;
    this.#index = index;
  }

  /**
   * @param issuer the certificate's issuer
   * @param serial the serial number's octets
   * @returns undefined when the certificate is not on the list
   * @throws MalformedDer when the entry cannot be read
   */
  find(issuer: DistinguishedName, serial: Uint8Array): CrlEntry | undefined {
    const key = Buffer.from(serial).toString('latin1');
    const start = this.#index.get(issuer.matchingKey)?.get(key);
    if (start === undefined) return undefined;
    const element = new DerReader(this.#list.subarray(start), FIELD).element(TAG.sequence);
    const entry = new DerReader(element.content, FIELD);
    integer(entry.element(TAG.integer), 'userCertificate');
    const at = time(entry.any(), 'revocationDate');
    const list = entry.optional(TAG.sequence);
    const code =
      list && extensionElement(readExtensions(list, 'crlEntryExtensions'), 'reasonCode', TAG.enumerated);
    return { at, reason: code ? reasonOf(count(code, 'reasonCode')) : 'unspecified' };
  }
}
