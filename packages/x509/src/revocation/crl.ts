import { algorithmIdentifier } from '../algorithm-identifier.ts';
import type { Certificate } from '../certificate.ts';
import {
  boolean,
  contextTag,
  count,
  type DerElement,
  DerReader,
  integer,
  MalformedDer,
  onlyElement,
  TAG,
  time,
} from '../der.ts';
import { DistinguishedName } from '../distinguished-name.ts';
import {
  type Extension,
  extensionElement,
  extensionNamed,
  readExtensions,
  unknownCritical,
} from '../extension.ts';
import type { GeneralName } from '../general-name.ts';
import { EXTENSION, type ExtensionName } from '../object-identifiers.ts';
import { DEFAULT_ALGORITHMS } from '../signed-data/algorithms.ts';
import {
  readSigned,
  type SignatureBudget,
  type SignatureProblem,
  type SignedData,
  signatureProblem,
} from '../signed-data.ts';
import { CrlEntries, type CrlEntry } from './crl-entries.ts';
import { distributionPointName, freshestUrisIn } from './distribution-point.ts';
import { ALL_REASONS, reasonMask } from './reason.ts';

/** What a CRL is about: its IssuingDistributionPoint (RFC 5280 §5.2.5), or everything of its issuer. */
export type CrlScope = {
  /** Names of the distribution point; undefined when it names none. */
  readonly names: readonly GeneralName[] | undefined;
  readonly certificates: 'all' | 'user' | 'ca' | 'attribute';
  /** Mask of ReasonFlags, `1 << n` for bit n. */
  readonly reasons: number;
  readonly indirect: boolean;
};

const EVERYTHING: CrlScope = { names: undefined, certificates: 'all', reasons: ALL_REASONS, indirect: false };

const UNDERSTOOD = new Set<string>([
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.issuerAltName,
  EXTENSION.cRLNumber,
  EXTENSION.deltaCRLIndicator,
  EXTENSION.issuingDistributionPoint,
  EXTENSION.freshestCRL,
  EXTENSION.authorityInfoAccess,
]);

/** Signers remembered a CRL: enough for key rollover, few enough to stay small. */
const MOST_SIGNERS = 16;

const PEM = /^\s*-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----\s*$/;

/** The DER within bytes that are DER or PEM: always a copy, so that no pooled buffer changes under the CRL. */
function derOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  if (copy[0] === TAG.sequence) return copy;
  const [, base64] = PEM.exec(copy.toString('latin1')) ?? [];
  if (base64 === undefined) throw new MalformedDer('CertificateList', 'neither a DER nor a PEM CRL');
  return Buffer.from(base64, 'base64');
}

/** A number that may be long, as CRL numbers are: up to 20 octets (RFC 5280 §5.2.3). */
function crlNumber(element: DerElement, field: string): bigint {
  const octets = integer(element, field);
  if ((octets[0] ?? 0) >= 0x80) throw new MalformedDer(field, 'a negative INTEGER');
  if (octets.length > 21) throw new MalformedDer(field, `an INTEGER of ${octets.length} octets`);
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

function scopeOf(extensions: readonly Extension[], issuer: DistinguishedName): CrlScope {
  const field = 'issuingDistributionPoint';
  const sequence = extensionElement(extensions, field, TAG.sequence);
  if (sequence === undefined) return EVERYTHING;
  const reader = new DerReader(sequence.content, field);
  const flag = (number: number) => {
    const element = reader.optional(contextTag(number, false));
    return element !== undefined && boolean(element, field);
  };
  const name = reader.optional(contextTag(0, true));
  const user = flag(1);
  const ca = flag(2);
  const reasons = reader.optional(contextTag(3, false));
  const indirect = flag(4);
  const attribute = flag(5);
  reader.end();
  if (Number(user) + Number(ca) + Number(attribute) > 1) {
    throw new MalformedDer(field, 'more than one of the onlyContains… flags');
  }
  return {
    names: name && distributionPointName(name, issuer, field),
    certificates: user ? 'user' : ca ? 'ca' : attribute ? 'attribute' : 'all',
    reasons: reasons ? reasonMask(reasons, field) : ALL_REASONS,
    indirect,
  };
}

/**
 * A certificate revocation list (RFC 5280 §5), read but not yet believed: `statusByCrls` decides that.
 * Reading takes time linear in its size; a look-up takes none that depends on it.
 */
export class Crl {
  readonly issuer: DistinguishedName;
  /** Octets of its DER. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly number: bigint | undefined;
  /** Set on a delta CRL: the number of the complete CRL that it starts from (RFC 5280 §5.2.4). */
  readonly baseNumber: bigint | undefined;
  readonly scope: CrlScope;
  /** Where its delta CRLs stand. */
  readonly freshestUris: readonly string[];
  /** How many certificates are on it. */
  readonly entryCount: number;
  /** Critical extensions of the CRL or of any entry that are not understood: it may not be used. */
  readonly unknownCritical: readonly string[];
  readonly #extensions: readonly Extension[];
  readonly #entries: CrlEntries;
  readonly #signed: SignedData;
  readonly #signers = new Map<string, SignatureProblem | undefined>();

  private constructor(der: Buffer) {
    const outer = new DerReader(onlyElement(der, TAG.sequence, 'CertificateList').content, 'CertificateList');
    const { content: tbs, algorithm, signature } = readSigned(outer);
    outer.end();

    const fields = new DerReader(tbs.content, 'tbsCertList');
    const version = fields.optional(TAG.integer);
    if (version && count(version, 'version') !== 1) throw new MalformedDer('version', 'neither 1 nor 2');
    const algorithmWithin = algorithmIdentifier(fields.element(TAG.sequence), 'tbsCertList.signature');
    this.issuer = DistinguishedName.fromElement(fields.element(TAG.sequence), 'issuer');
    this.thisUpdate = time(fields.any(), 'thisUpdate');
    const next = fields.optional(TAG.utcTime) ?? fields.optional(TAG.generalizedTime);
    this.nextUpdate = next && time(next, 'nextUpdate');
    const list = fields.optional(TAG.sequence);
    const wrapper = fields.optional(contextTag(0, true));
    fields.end();

    const extensions = wrapper
      ? readExtensions(onlyElement(wrapper.content, TAG.sequence, 'crlExtensions'), 'crlExtensions')
      : [];
    const numberIn = (extension: 'cRLNumber' | 'deltaCRLIndicator') => {
      const element = extensionElement(extensions, extension, TAG.integer);
      return element && crlNumber(element, extension);
    };
    this.number = numberIn('cRLNumber');
    this.baseNumber = numberIn('deltaCRLIndicator');
    this.scope = scopeOf(extensions, this.issuer);
    this.freshestUris = freshestUrisIn(extensions, this.issuer);
    const entries = new CrlEntries(list, this.issuer, this.scope.indirect);
    this.entryCount = entries.count;
    this.unknownCritical = [...unknownCritical(extensions, UNDERSTOOD), ...entries.unknownCritical];
    this.size = der.length;
    this.#extensions = extensions;
    this.#entries = entries;
    this.#signed = { content: tbs.bytes, algorithm, algorithmWithin, signature };
  }

  /**
   * @param bytes one CRL, DER or PEM
   * @param maxBytes the most octets that it may have
   * @throws MalformedDer and nothing else
   */
  static parse(bytes: Uint8Array, maxBytes: number): Crl {
    if (bytes.byteLength > maxBytes) {
      throw new MalformedDer('CertificateList', `${bytes.byteLength} octets, at most ${maxBytes} are read`);
    }
    return new Crl(derOf(bytes));
  }

  /**
   * What it says of a certificate; undefined when the certificate is not on it.
   * @param issuer the certificate's issuer
   * @param serial the serial number's octets
   * @throws MalformedDer when the entry cannot be read
   */
  entry(issuer: DistinguishedName, serial: Uint8Array): CrlEntry | undefined {
    return this.#entries.find(issuer, serial);
  }

  /** True when `delta` has the scope and authority key of this complete CRL (RFC 5280 §6.3.3 (c)). */
  hasScopeOf(delta: Crl): boolean {
    const same = (name: ExtensionName) => {
      const [one, other] = [this, delta].map((crl) => extensionNamed(crl.#extensions, name));
      if (one === undefined || other === undefined) return one === other;
      return Buffer.from(one.value).equals(other.value);
    };
    return (
      this.issuer.equals(delta.issuer) && same('issuingDistributionPoint') && same('authorityKeyIdentifier')
    );
  }

  /**
   * What is wrong with its signature if `signer` is to have made it; undefined when nothing is.
   * Remembered, since the hash of a long CRL takes its time; what is remembered costs the budget nothing.
   * @throws MalformedCertificate when the signer's key cannot be read
   */
  signatureProblem(signer: Certificate, budget: SignatureBudget): SignatureProblem | undefined {
    if (this.#signers.has(signer.thumbprint)) return this.#signers.get(signer.thumbprint);
    const problem = signatureProblem(this.#signed, signer.publicKey, DEFAULT_ALGORITHMS, budget);
    if (problem?.reason === 'limit-exceeded') return problem;
    if (this.#signers.size === MOST_SIGNERS) this.#signers.clear();
    this.#signers.set(signer.thumbprint, problem);
    return problem;
  }
}
