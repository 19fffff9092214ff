import { Certificate, MalformedCertificate } from './certificate.ts';

/** Thrown for text that is not the PEM it should be; the message names the block and its line. */
export class MalformedPem extends MalformedCertificate {
  /** True when the text ends inside a block. */
  readonly truncated: boolean;

  constructor(message: string, options: { readonly truncated?: boolean; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.truncated = options.truncated ?? false;
  }
}

/** One block of RFC 7468 text. */
export type PemBlock = {
  /** What stands in its boundaries, such as `CERTIFICATE`. */
  readonly label: string;
  /** Boundaries included. */
  readonly text: string;
  readonly body: string;
  /** The text between the block before and this one, such as the bag attributes openssl writes. */
  readonly preamble: string;
  /** For messages: `block 2 (line 31)`. */
  readonly place: string;
};

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** True for every label that announces a private key, encrypted or not. */
export const isPrivateKeyLabel = (label: string): boolean => label.endsWith('PRIVATE KEY');

/**
 * The blocks of a PEM text (RFC 7468 §2), in order, with whatever text stands around them.
 * Line ends may be LF, CRLF or spaces.
 * @throws MalformedPem for a block that does not end, or ends as another
 */
export function readPemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let line = 1;
  let scanned = 0;
  for (let start = text.indexOf(BEGIN); start >= 0; start = text.indexOf(BEGIN, scanned)) {
    const preamble = text.slice(scanned, start);
    line += lines(preamble);
    const place = `block ${blocks.length + 1} (line ${line})`;
    const label_end = text.indexOf(DASHES, start + BEGIN.length);
    if (label_end < 0) {
      throw new MalformedPem(`${place}: the text ends inside its BEGIN line`, { truncated: true });
    }
    const label = text.slice(start + BEGIN.length, label_end);
    if (!/^[A-Z0-9][A-Z0-9 ]{0,63}$/.test(label)) {
      throw new MalformedPem(`${place}: its BEGIN line is not "${BEGIN}LABEL${DASHES}"`);
    }
    const body_start = label_end + DASHES.length;
    const body_end = text.indexOf(DASHES, body_start);
    const end_line = `-----END ${label}-----`;
    if (body_end < 0 || !text.startsWith(end_line, body_end)) {
      const rest = body_end < 0 ? '' : text.slice(body_end, body_end + end_line.length);
      if (body_end < 0 || (end_line.startsWith(rest) && body_end + rest.length >= text.length)) {
        throw new MalformedPem(`${place}: the text ends before "${end_line}"`, { truncated: true });
      }
      throw new MalformedPem(`${place}: expected "${end_line}", found "${rest.split(/[\r\n]/)[0]}"`);
    }
    scanned = body_end + end_line.length;
    blocks.push({
      label,
      text: text.slice(start, scanned),
      body: text.slice(body_start, body_end),
      preamble,
      place,
    });
    line += lines(text.slice(start, scanned));
  }
  return blocks;
}

const lines = (text: string): number => text.split('\n').length - 1;

/** The bytes a block's base64 stands for. @throws MalformedPem */
export function pemBlockBytes(block: PemBlock): Uint8Array {
  const base64 = block.body.replaceAll(/\s+/g, '');
  const stray = /[^A-Za-z0-9+/=]|=(?=[^=])/.exec(base64);
  if (stray !== null) {
    throw new MalformedPem(`${block.place}: ${JSON.stringify(stray[0])} has no place in its base64`);
  }
  if (base64 === '' || base64.length % 4 !== 0) {
    throw new MalformedPem(
      `${block.place}: ${base64.length} base64 characters, not a multiple of 4: it is cut short`,
    );
  }
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** The certificate in a `CERTIFICATE` block. @throws MalformedPem */
export function pemBlockCertificate(block: PemBlock): Certificate {
  const bytes = pemBlockBytes(block);
  try {
    return Certificate.fromDer(bytes);
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new MalformedPem(`${block.place}: ${cause.message}`, { cause });
  }
}

/**
 * The certificates of a PEM text, in order, for places where only certificates belong.
 * Blocks that are neither certificates nor private keys (parameters, CRLs) are passed over.
 * @throws MalformedPem naming the block at fault; also when there is no certificate, when openssl's
 * `TRUSTED CERTIFICATE` stands there, and when a private key does
 */
export function parsePemCertificates(text: string): Certificate[] {
  const blocks = readPemBlocks(text);
  const key = blocks.find(({ label }) => isPrivateKeyLabel(label));
  if (key !== undefined) {
    throw new MalformedPem(
      `${key.place}: a private key (${key.label}) stands where only certificates belong; leave it out`,
    );
  }
  return certificatesOf(blocks);
}

/**
 * The certificates of a PEM text that may hold private keys as well; the keys are not looked at.
 * @throws MalformedPem as {@link parsePemCertificates}
 */
export function parsePemCertificatesBesideKeys(text: string): Certificate[] {
  return certificatesOf(readPemBlocks(text));
}

function certificatesOf(blocks: readonly PemBlock[]): Certificate[] {
  refuseTrustedCertificates(blocks);
  const certificates = blocks.filter(isCertificateBlock).map(pemBlockCertificate);
  if (certificates.length > 0) return certificates;
  const found = blocks.map(({ label }) => label).join(', ');
  throw new MalformedPem(
    `no "-----BEGIN CERTIFICATE-----" found${found === '' ? '; this is not PEM text' : `, only ${found}`}`,
  );
}

/** `X509 CERTIFICATE` is an older name of the same block (RFC 7468 §5.1). */
export const isCertificateBlock = ({ label }: PemBlock): boolean =>
  label === 'CERTIFICATE' || label === 'X509 CERTIFICATE';

/**
 * openssl's own `TRUSTED CERTIFICATE` carries uses it is trusted or rejected for, which would be lost.
 * @throws MalformedPem when there is one
 */
export function refuseTrustedCertificates(blocks: readonly PemBlock[]): void {
  const trusted = blocks.find(({ label }) => label === 'TRUSTED CERTIFICATE');
  if (trusted === undefined) return;
  throw new MalformedPem(
    `${trusted.place}: TRUSTED CERTIFICATE is a form of openssl alone; make it plain with "openssl x509 -in FILE -out FILE.pem"`,
  );
}

/** The certificate as one PEM block of 64-character lines with a final newline (RFC 7468 §2). */
export function certificateToPem(certificate: Certificate): string {
  const base64 = Buffer.from(certificate.der).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
}
