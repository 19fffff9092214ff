import type { Actor } from './actor.ts';
import { type Changes, redacted } from './changes.ts';
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

/** Deeper than other records by what it is: a name, then old and new. */
function clippedChanges(changes: Changes): Changes {
  return Object.fromEntries(
    Object.entries(redacted(changes))
      .slice(0, MOST_MEMBERS)
      .map(([name, change]) => [clippedText(name), clippedRecord({ ...change }, 0)]),
  );
}

/** Whoever acted may be known by more than the audit trail tells. */
function clippedActor({ name, through, remote_address, client_id }: Actor): Actor {
  return {
    name: clippedText(name),
    through,
    ...(remote_address !== undefined && { remote_address: clippedText(remote_address) }),
    ...(client_id !== undefined && { client_id: clippedText(client_id) }),
  };
}

/**
 * An event in which nothing is longer than an operator reads, and control characters are written out. What a request
 * presented may stand in it as it came, and log, audit file and database must not grow by whatever strangers send. Secrets in its changes
 * are left out, whoever made the draft.
 */
export function clipped(draft: EventDraft): EventDraft {
  const { actor, object, client_id, username, remote_address, certificate, ...rest } = draft;
  const { evidence, changes, detail, ...plain } = rest;
  return {
    ...plain,
    ...(actor && { actor: clippedActor(actor) }),
    ...(object && { object: { kind: object.kind, id: clippedText(object.id) } }),
    ...(client_id !== undefined && { client_id: clippedText(client_id) }),
    ...(username !== undefined && { username: clippedText(username) }),
    ...(remote_address !== undefined && { remote_address: clippedText(remote_address) }),
    ...(certificate && { certificate: clippedRecord(certificate, 0) }),
    ...(evidence && { evidence: clippedRecord(evidence, 0) }),
    ...(changes && { changes: clippedChanges(changes) }),
    ...(detail && { detail: clippedRecord(detail, 0) }),
  };
}
