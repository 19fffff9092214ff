import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { derivedKey } from '../derived-key.ts';

/** Where a chain of audit lines stands: the sequence number of its last line and that line's MAC. */
export type ChainState = { readonly sequence: number; readonly mac: string };

/** A chain before its first line. */
export const BEFORE_FIRST: ChainState = { sequence: -1, mac: Buffer.alloc(32).toString('base64url') };

/** A line of an audit file as it was read. */
export type AuditLine = ChainState & {
  readonly chain: string;
  /** What the MAC covers: the line up to its MAC. */
  readonly covered: string;
};

/** Every line begins with this, and no JSON text can hold it further in: there its quotes would be escaped. */
const START = '{"audit":{"chain":"';
const LINE =
  /^(?<covered>\{"audit":\{"chain":"(?<chain>[A-Za-z0-9_-]{16})","sequence":(?<sequence>\d{1,15})\}.*),"mac":"(?<mac>[A-Za-z0-9_-]{43})"\}$/s;

/** The key of the audit chains. @param encryptionKey 32 bytes, the deployment's `[encryption] key` */
export const auditKeyOf = (encryptionKey: Uint8Array): KeyObject =>
  derivedKey(encryptionKey, 'countersign audit chain');

function macOf(key: KeyObject, previous: string, covered: string): string {
  return createHmac('sha256', key)
    .update(Buffer.from(previous, 'base64url'))
    .update(covered)
    .digest('base64url');
}

/**
 * The next line of a chain: the record, where in the chain it stands, and the HMAC-SHA256 over the MAC of the line
 * before and this line up to its own.
 * @returns the line without its line feed, and where the chain stands after it
 */
export function nextLine(
  key: KeyObject,
  chain: string,
  before: ChainState,
  record: object,
): { readonly line: string; readonly state: ChainState } {
  const sequence = before.sequence + 1;
  const covered = JSON.stringify({ audit: { chain, sequence }, ...record }).slice(0, -1);
  const mac = macOf(key, before.mac, covered);
  return { line: `${covered},"mac":"${mac}"}`, state: { sequence, mac } };
}

/**
 * Reads a line. What stands in front of one, half a line that a full disk or a killed process left, is told apart.
 * @returns undefined for what is no line of a chain
 */
export function readLine(text: string): { readonly line: AuditLine; readonly fragment: string } | undefined {
  const start = text.lastIndexOf(START);
  const { covered, chain, sequence, mac } = LINE.exec(start > 0 ? text.slice(start) : text)?.groups ?? {};
  if (covered === undefined || chain === undefined || mac === undefined) return undefined;
  const line = { chain, sequence: Number(sequence), mac, covered };
  return { line, fragment: start > 0 ? text.slice(0, start) : '' };
}

/** Whether a line follows, unchanged, the line that had the MAC `previous`. */
export function follows(key: KeyObject, previous: string, { covered, mac }: AuditLine): boolean {
  const expected = Buffer.from(macOf(key, previous, covered), 'base64url');
  const presented = Buffer.from(mac, 'base64url');
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}
