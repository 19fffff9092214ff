import { isoTime, timeText } from '@countersign/x509';
import type { Actor } from './actor.ts';
import { type Changes, redacted } from './changes.ts';
import type { EventDraft } from './event.ts';
import { visible } from './printable.ts';

const LONGEST_TEXT = 1000;
const MOST_MEMBERS = 100;
const DEEPEST = 10;
/** Values within one record: width and depth alone would let 100 of 100 of 100 … through. */
const MOST_VALUES = 2_000;

/** Lone surrogates are no characters: PostgreSQL and syslog refuse them. */
const clippedText = (text: string): string =>
  visible(
    text.length <= LONGEST_TEXT
      ? text.toWellFormed()
      : `${text.slice(0, LONGEST_TEXT).toWellFormed()}… (${text.length} characters)`,
  );

type Budget = { values: number };

/** As JSON can say it; undefined where it says nothing. */
function clippedValue(value: unknown, depth: number, budget: Budget): unknown {
  if (budget.values-- <= 0) return '…';
  switch (typeof value) {
    case 'string':
      return clippedText(value);
    case 'bigint':
      return clippedText(`${value}`);
    case 'number':
      return Number.isFinite(value) ? value : `${value}`;
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : clippedObject(value, depth, budget);
    default:
      return undefined;
  }
}

function clippedObject(value: object, depth: number, budget: Budget): unknown {
  if (value instanceof Date) return isoTime(value.getTime()) ?? timeText(undefined);
  if (value instanceof Uint8Array) {
    return clippedText(Buffer.from(value.subarray(0, LONGEST_TEXT)).toString('base64url'));
  }
  if (value instanceof Error) return clippedText(`${value.name}: ${value.message}`);
  if (value instanceof URL || value instanceof RegExp) return clippedText(`${value}`);
  if (depth >= DEEPEST) return '…';
  const list = Array.isArray(value)
    ? value
    : value instanceof Set || value instanceof Map
      ? Array.from(value)
      : undefined;
  if (list === undefined) return clippedRecord({ ...value }, depth, budget);
  const kept: unknown[] = list
    .slice(0, MOST_MEMBERS)
    .map((item: unknown) => clippedValue(item, depth + 1, budget) ?? null);
  return list.length <= MOST_MEMBERS ? kept : [...kept, `… and ${list.length - MOST_MEMBERS} more`];
}

function clippedRecord(
  record: Readonly<Record<string, unknown>>,
  depth: number,
  budget: Budget = { values: MOST_VALUES },
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record)
      .slice(0, MOST_MEMBERS)
      .map(([name, value]) => [clippedText(name), clippedValue(value, depth + 1, budget)]),
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

/** What `clip` makes of a part, or words in its place where reading it throws. */
function told<T>(clip: () => T, otherwise: (why: string) => T): T {
  try {
    return clip();
  } catch (error) {
    return otherwise(clippedText(error instanceof Error ? error.message : 'it cannot be read'));
  }
}

const toldRecord = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  told(
    () => clippedRecord(record, 0),
    (undescribed) => ({ undescribed }),
  );

const toldChanges = (changes: Changes): Changes =>
  told(
    () => clippedChanges(changes),
    (undescribed) => ({ undescribed: { new: undescribed } }),
  );

/**
 * An event in which nothing is longer than an operator reads, and what nobody sees is written out. What a request
 * presented may stand in it as it came, and log, audit file and database must not grow by whatever strangers send. Secrets in its changes
 * are left out, whoever made the draft. It never throws, and what it gives is JSON that every database takes.
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
    ...(certificate && { certificate: toldRecord(certificate) }),
    ...(evidence && { evidence: toldRecord(evidence) }),
    ...(changes && { changes: toldChanges(changes) }),
    ...(detail && { detail: toldRecord(detail) }),
  };
}
