import { UnreadableValue } from './encodings.ts';

/** The header of one request by which a proxy passes on the client certificate of its own TLS connection. */
export type PresentedHeader = {
  readonly kind: 'presented';
  /** Lower-case name of the header the certificate was read from. */
  readonly header: string;
  /** DER as the proxy sent it; not yet known to be an X.509 certificate. */
  readonly certificateDer: Uint8Array;
  /** The certificates sent beside it, in the order sent, without the certificate itself. */
  readonly chainDer: readonly Uint8Array[];
};

/** A certificate header that cannot be read in exactly one way. It never counts as "no certificate". */
export type HeaderRefused = {
  readonly kind: 'refused';
  /** Lower-case name of the header at fault. */
  readonly header: string;
  /** The exact fault, for the operator. */
  readonly reason: string;
  /** The value's first characters, printable, for the operator. */
  readonly excerpt: string;
};

export type CertificateHeader = PresentedHeader | { readonly kind: 'absent' } | HeaderRefused;

/** Every value a request carries for a header, by lower-case name: one entry a header line. */
export type HeaderValues = ReadonlyMap<string, readonly string[]>;

/** How one kind of proxy writes the client certificate into a request. */
export type CertificateHeaderFormat = {
  readonly name: string;
  /** Lower-case names of the headers read; the certificate's own comes first. */
  readonly headers: readonly string[];
  /** Reads the headers of one request. Never throws. */
  readonly parse: (values: HeaderValues) => CertificateHeader;
};

/** Longest header value read, in characters. */
export const MAXIMUM_HEADER_LENGTH = 16 * 1024;
/** Largest certificate taken from a header, in bytes of DER. */
export const MAXIMUM_CERTIFICATE_LENGTH = 8 * 1024;
/** Most certificates taken beside the client's own. */
export const MAXIMUM_CHAIN_LENGTH = 10;

const EXCERPT_LENGTH = 48;
/** What templates and log formats write for a variable without a value. None of them is a certificate in any format. */
const WORDS_FOR_NOTHING: ReadonlySet<string> = new Set([
  '-',
  'null',
  '(null)',
  'nil',
  '<nil>',
  'none',
  'undefined',
]);

/** The first characters of a header value with everything unprintable as `?`. */
export function excerptOf(value: string): string {
  const start = value.slice(0, EXCERPT_LENGTH).replace(/[^\x20-\x7e]/g, '?');
  return value.length > EXCERPT_LENGTH ? `${start}…` : start;
}

type FormatDefinition = {
  readonly name: string;
  /** Lower-case. */
  readonly certificateHeader: string;
  /**
   * The certificate, then any chain the same header carries.
   * @throws UnreadableValue
   */
  readonly decode: (value: string) => readonly Uint8Array[];
  /** Headers that carry only the chain, in the chain's order. */
  readonly chain?: {
    readonly headers: readonly string[];
    readonly decode: (value: string) => readonly Uint8Array[];
  };
  /** Values the proxy writes when its client presented no certificate, beside the empty one. */
  readonly absentValues?: readonly string[];
};

/**
 * Builds a format from its decoding alone. What all formats share is done here: a header stands at most
 * once, an empty value means no certificate, a chain without a certificate is refused, and the limits
 * on header, certificate and chain are kept.
 */
export function defineFormat(definition: FormatDefinition): CertificateHeaderFormat {
  const { name, certificateHeader, decode, chain, absentValues = [] } = definition;
  const headers = [certificateHeader, ...(chain?.headers ?? [])];

  const readAll = (values: HeaderValues, header: string, read: FormatDefinition['decode']) => {
    const value = onlyValue(values, header);
    if (value === undefined || value === '' || absentValues.includes(value)) return undefined;
    if (WORDS_FOR_NOTHING.has(value.toLowerCase())) {
      const reason = `is "${value}", a word for nothing; the proxy must send no header, or an empty one, when there is no certificate`;
      throw new FaultyHeader(header, reason, value);
    }
    return inHeader(header, value, () => read(value));
  };

  const parse = (values: HeaderValues): CertificateHeader => {
    try {
      const own = readAll(values, certificateHeader, decode);
      const beside = (chain?.headers ?? []).map((header) => ({
        header,
        certificates: readAll(values, header, chain?.decode ?? decode),
      }));
      if (own === undefined) {
        const orphan = beside.find(({ certificates }) => certificates !== undefined);
        if (orphan === undefined) return { kind: 'absent' };
        throw new FaultyHeader(orphan.header, `stands without ${certificateHeader}`, '');
      }
      const [certificateDer, ...rest] = own;
      if (certificateDer === undefined) throw new FaultyHeader(certificateHeader, 'holds no certificate', '');
      const chainDer = withoutLeaf(certificateDer, [
        ...rest,
        ...beside.flatMap(({ certificates }) => certificates ?? []),
      ]);
      for (const der of [certificateDer, ...chainDer]) {
        if (der.length > MAXIMUM_CERTIFICATE_LENGTH) {
          const reason = `holds a certificate of ${der.length} bytes; at most ${MAXIMUM_CERTIFICATE_LENGTH} are read`;
          throw new FaultyHeader(certificateHeader, reason, '');
        }
      }
      if (chainDer.length > MAXIMUM_CHAIN_LENGTH) {
        const reason = `holds a chain of ${chainDer.length} certificates; at most ${MAXIMUM_CHAIN_LENGTH} are read`;
        throw new FaultyHeader(certificateHeader, reason, '');
      }
      return { kind: 'presented', header: certificateHeader, certificateDer, chainDer };
    } catch (error) {
      if (!(error instanceof FaultyHeader)) throw error;
      return {
        kind: 'refused',
        header: error.header,
        reason: error.message,
        excerpt: excerptOf(error.value),
      };
    }
  };
  return { name, headers, parse };
}

class FaultyHeader extends Error {
  override readonly name = 'FaultyHeader';
  readonly header: string;
  readonly value: string;

  constructor(header: string, reason: string, value: string) {
    super(reason);
    this.header = header;
    this.value = value;
  }
}

function onlyValue(values: HeaderValues, header: string): string | undefined {
  const [value, ...more] = values.get(header) ?? [];
  if (value !== undefined && more.length > 0) {
    const reason = `stands ${more.length + 1} times; the proxy must replace the header, not add to it`;
    throw new FaultyHeader(header, reason, value);
  }
  if (value !== undefined && value.length > MAXIMUM_HEADER_LENGTH) {
    const reason = `is ${value.length} characters long; at most ${MAXIMUM_HEADER_LENGTH} are read`;
    throw new FaultyHeader(header, reason, value);
  }
  return value;
}

function inHeader<T>(header: string, value: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    throw new FaultyHeader(header, error.message, value);
  }
}

/** Some proxies repeat the client's own certificate at the head of the chain. */
function withoutLeaf(leaf: Uint8Array, chain: readonly Uint8Array[]): readonly Uint8Array[] {
  const [head, ...rest] = chain;
  return head !== undefined && Buffer.from(head).equals(leaf) ? rest : chain;
}
