import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { crc32c } from './crc32c.ts';

export type SocketAddress = { readonly address: string; readonly port: number };

/** What the proxy tells of its own TLS connection (PP2_TYPE_SSL, §2.2.5); information, never authentication. */
export type ProxySsl = {
  readonly overTls: boolean;
  readonly certificateOnConnection: boolean;
  readonly certificateOnSession: boolean;
  readonly verified: boolean;
  readonly version?: string;
  readonly commonName?: string;
  readonly cipher?: string;
};

/** The header a proxy puts before a connection: "The PROXY protocol", versions 1 and 2. */
export type ProxyHeader = {
  readonly version: 1 | 2;
  /** The client's end and the end it connected to; absent for health checks, UNKNOWN and UNIX sockets. */
  readonly source?: SocketAddress;
  readonly destination?: SocketAddress;
  /** True for the proxy's own connections, such as health checks (v2 LOCAL). */
  readonly local: boolean;
  /** Host name the client asked for (PP2_TYPE_AUTHORITY). */
  readonly authority?: string;
  readonly ssl?: ProxySsl;
};

export type ProxyHeaderRead =
  /** `length` bytes from the start belong to the header; the rest is the connection's own. */
  | { readonly kind: 'complete'; readonly header: ProxyHeader; readonly length: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Longest version 1 line, CR LF included (§2.1). */
const MAXIMUM_V1_LENGTH = 107;
/** Longest version 2 header read, in bytes: addresses and information, but no certificates. */
export const MAXIMUM_V2_LENGTH = 4096;

const V1_START = Buffer.from('PROXY ');
const V2_SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

const refused = (reason: string): ProxyHeaderRead => ({ kind: 'refused', reason });
const INCOMPLETE: ProxyHeaderRead = { kind: 'incomplete' };

/**
 * Reads a PROXY protocol header from the first bytes of a connection. Pure and incremental: called again with
 * more bytes until the answer is not `incomplete`, and it is refused at the first byte that cannot belong
 * to a header, so a client that speaks something else is not waited for.
 */
export function readProxyHeader(bytes: Uint8Array): ProxyHeaderRead {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (startsLike(buffer, V2_SIGNATURE)) return buffer.length < 16 ? readV2Start(buffer) : readV2(buffer);
  if (startsLike(buffer, V1_START)) return readV1(buffer);
  return refused('the connection does not begin with a PROXY protocol header');
}

function startsLike(buffer: Buffer, start: Buffer): boolean {
  const length = Math.min(buffer.length, start.length);
  return buffer.subarray(0, length).equals(start.subarray(0, length));
}

function readV1(buffer: Buffer): ProxyHeaderRead {
  const end = buffer.subarray(0, MAXIMUM_V1_LENGTH).indexOf('\r\n');
  if (end === -1) {
    return buffer.length < MAXIMUM_V1_LENGTH
      ? INCOMPLETE
      : refused(`a version 1 header has no CR LF within ${MAXIMUM_V1_LENGTH} bytes`);
  }
  const length = end + 2;
  const line = buffer.toString('latin1', 0, end);
  const [, family, from = '', to = '', fromPort, toPort, ...more] = line.split(' ');
  // Whatever follows UNKNOWN is to be ignored (§2.1).
  if (family === 'UNKNOWN') return { kind: 'complete', header: { version: 1, local: false }, length };
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined;
  const source = { address: from, port: portOf(fromPort) };
  const destination = { address: to, port: portOf(toPort) };
  if (
    isAddress === undefined ||
    more.length > 0 ||
    !isAddress(from) ||
    !isAddress(to) ||
    Number.isNaN(source.port) ||
    Number.isNaN(destination.port)
  ) {
    return refused(`"${printable(line)}" is not "PROXY TCP4|TCP6 address address port port"`);
  }
  return { kind: 'complete', header: { version: 1, local: false, source, destination }, length };
}

function portOf(text: string | undefined): number {
  const port = /^(0|[1-9]\d{0,4})$/.test(text ?? '') ? Number(text) : Number.NaN;
  return port <= 0xffff ? port : Number.NaN;
}

/** Checks what has arrived of the first 16 bytes of version 2, so that a fault shows at once. */
function readV2Start(buffer: Buffer): ProxyHeaderRead {
  const [command, family] = [buffer[12], buffer[13]];
  if (command !== undefined && command !== 0x20 && command !== 0x21) {
    return refused(`0x${command.toString(16)} is no version and command; 0x20 and 0x21 are (§2.2)`);
  }
  if (family !== undefined && command === 0x21 && ADDRESS_LENGTHS.get(family) === undefined) {
    return refused(`0x${family.toString(16)} is no address family of a stream (§2.2)`);
  }
  return INCOMPLETE;
}

/** Bytes the addresses take, by family and transport; datagrams do not come over TCP. */
const ADDRESS_LENGTHS: ReadonlyMap<number, number> = new Map([
  [0x00, 0],
  [0x11, 12],
  [0x21, 36],
  [0x31, 216],
]);

function readV2(buffer: Buffer): ProxyHeaderRead {
  const start = readV2Start(buffer);
  if (start.kind === 'refused') return start;
  const length = 16 + buffer.readUInt16BE(14);
  if (length > MAXIMUM_V2_LENGTH) {
    return refused(`a version 2 header of ${length} bytes; at most ${MAXIMUM_V2_LENGTH} are read`);
  }
  const local = buffer[12] === 0x20;
  const addressLength = ADDRESS_LENGTHS.get(buffer[13] ?? 0) ?? 0;
  if (!local && 16 + addressLength > length) {
    return refused(`${length - 16} bytes are too few for the addresses, which take ${addressLength} (§2.2)`);
  }
  if (buffer.length < length) return INCOMPLETE;
  // The whole block of a LOCAL connection is to be discarded (§2.2).
  if (local) return { kind: 'complete', header: { version: 2, local }, length };
  const whole = buffer.subarray(0, length);
  const tlvs = readTlvs(whole, 16 + addressLength);
  if (tlvs === undefined) return refused('a TLV reaches beyond the header (§2.2)');
  const checksum = tlvs.find(({ type }) => type === TLV.crc32c);
  if (checksum !== undefined && !checksumMatches(whole, checksum)) {
    return refused('the CRC32C of the header does not match (§2.2.3)');
  }
  const header = { version: 2 as const, local, ...addressesOf(whole), ...informationOf(tlvs) };
  return { kind: 'complete', header, length };
}

const TLV = { authority: 0x02, crc32c: 0x03, ssl: 0x20, sslVersion: 0x21, sslCn: 0x22, sslCipher: 0x23 };

/** `at` is where the value begins. */
type Tlv = { readonly type: number; readonly value: Buffer; readonly at: number };

function readTlvs(bytes: Buffer, from: number): Tlv[] | undefined {
  const tlvs: Tlv[] = [];
  for (let at = from; at < bytes.length; ) {
    if (at + 3 > bytes.length) return undefined;
    const end = at + 3 + bytes.readUInt16BE(at + 1);
    if (end > bytes.length) return undefined;
    tlvs.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 3, end), at: at + 3 });
    at = end;
  }
  return tlvs;
}

/** The checksum is computed with its own four bytes as zero. */
function checksumMatches(whole: Buffer, { value, at }: Tlv): boolean {
  if (value.length !== 4) return false;
  const blank = Buffer.from(whole);
  blank.fill(0, at, at + 4);
  return crc32c(blank) === value.readUInt32BE(0);
}

function addressesOf(whole: Buffer): Pick<ProxyHeader, 'source' | 'destination'> {
  const size = whole[13] === 0x11 ? 4 : whole[13] === 0x21 ? 16 : undefined;
  if (size === undefined) return {};
  const endpoint = (n: 0 | 1): SocketAddress => ({
    address: ipaddr.fromByteArray([...whole.subarray(16 + n * size, 16 + (n + 1) * size)]).toString(),
    port: whole.readUInt16BE(16 + 2 * size + 2 * n),
  });
  return { source: endpoint(0), destination: endpoint(1) };
}

function informationOf(tlvs: readonly Tlv[]): Pick<ProxyHeader, 'authority' | 'ssl'> {
  const authority = textOf(tlvs, TLV.authority);
  const ssl = sslOf(tlvs.find(({ type }) => type === TLV.ssl)?.value);
  return { ...(authority === undefined ? {} : { authority }), ...(ssl === undefined ? {} : { ssl }) };
}

function sslOf(value: Buffer | undefined): ProxySsl | undefined {
  const inner = value === undefined || value.length < 5 ? undefined : readTlvs(value, 5);
  if (value === undefined || inner === undefined) return undefined;
  const client = value.readUInt8(0);
  const version = textOf(inner, TLV.sslVersion);
  const commonName = textOf(inner, TLV.sslCn);
  const cipher = textOf(inner, TLV.sslCipher);
  return {
    overTls: (client & 0x01) !== 0,
    certificateOnConnection: (client & 0x02) !== 0,
    certificateOnSession: (client & 0x04) !== 0,
    verified: (client & 0x06) !== 0 && value.readUInt32BE(1) === 0,
    ...(version === undefined ? {} : { version }),
    ...(commonName === undefined ? {} : { commonName }),
    ...(cipher === undefined ? {} : { cipher }),
  };
}

function textOf(tlvs: readonly Tlv[], wanted: number): string | undefined {
  return tlvs.find(({ type }) => type === wanted)?.value.toString('utf8');
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
