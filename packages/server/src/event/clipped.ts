import type { EventDraft } from './event.ts';
import { printable } from './printable.ts';

const LONGEST_TEXT = 1000;
const MOST_MEMBERS = 100;
const DEEPEST = 10;

const clippedText = (text: string): string =>
  printable(
    text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`,
  );

function clippedValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clippedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) {
    const kept: unknown[] = value
      .slice(0, MOST_MEMBERS)
      .map((item: unknown) => clippedValue(item, depth + 1));
    return value.length <= MOST_MEMBERS ? kept : [...kept, `… and ${value.length - MOST_MEMBERS} more`];
  }
  return clippedRecord({ ...value }, depth);
}

function clippedRecord(record: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record)
      .slice(0, MOST_MEMBERS)
      .map(([name, value]) => [clippedText(name), clippedValue(value, depth + 1)]),
  );
}

/**
 * An event in which nothing is longer than an operator reads, and control characters are written out. What a request
 * presented may stand in it as it came, and log, audit file and database must not grow by whatever strangers send.
 */
export function clipped(draft: EventDraft): EventDraft {
  const { client_id, username, remote_address, certificate, evidence, detail, ...rest } = draft;
  return {
    ...rest,
    ...(client_id !== undefined && { client_id: clippedText(client_id) }),
    ...(username !== undefined && { username: clippedText(username) }),
    ...(remote_address !== undefined && { remote_address: clippedText(remote_address) }),
    ...(certificate && { certificate: clippedRecord(certificate, 0) }),
    ...(evidence && { evidence: clippedRecord(evidence, 0) }),
    ...(detail && { detail: clippedRecord(detail, 0) }),
  };
}
