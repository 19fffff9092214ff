import type { KeyObject } from 'node:crypto';
import { type AuditLine, BEFORE_FIRST, follows, readLine } from './audit-chain.ts';
import type { AuditCut, AuditHead } from './audit-store.ts';
import type { Event } from './event.ts';
import { classOf } from './event-class.ts';
import { EventRecord, eventOf } from './event-record.ts';
import { readable } from './file-lines.ts';

/** What tells whether audit files are whole from a moment on. */
export type AuditSinceEvidence = {
  /** Made by `auditKeyOf`. */
  readonly key: KeyObject;
  /** In any order. */
  readonly files: readonly { readonly file: string; readonly lines: AsyncIterable<string> }[];
  /** Where the chains stood at that moment. */
  readonly heads: readonly AuditHead[];
  readonly cuts: readonly AuditCut[];
  /** Where they stood last, as far as a database is left that says so. */
  readonly lastHeads: readonly AuditHead[];
  /** The moment; milliseconds since the epoch. */
  readonly since: number;
};

/** What was done from a moment on, as the audit files tell it. */
export type AuditSince = {
  /** Administrative and security events in the order in which they happened; some may be of just before. */
  readonly events: readonly Event[];
  /** Why the files cannot be taken for whole; none where they can. */
  readonly gaps: readonly string[];
  /** When the last event happened that the files have; undefined where they have none. */
  readonly until: number | undefined;
  /** Where the chains end in the files. */
  readonly ends: readonly AuditHead[];
};

/** A chain that was open and silent for so long belongs to a process that was killed; milliseconds. */
const SILENT = 30 * 86_400_000;
/** Clocks of machines that write one deployment's files. */
const CLOCKS_APART = 600_000;

type Place = Pick<AuditLine, 'sequence' | 'mac'>;
/** What one file has of one chain, after the moment. */
type Part = { readonly first: AuditLine; last: Place };
type Chain = {
  readonly parts: Part[];
  /** Whether the line that was the last one then is there, as it was. */
  hasHead: boolean;
  last: Place;
  lastTime: number;
  writer: string;
};

/**
 * Reads what was done since a moment for which it is known where every chain stood: each chain must go on from there
 * without a line missing or changed, and each that began later must be there from its first line.
 */
export async function auditSince(evidence: AuditSinceEvidence): Promise<AuditSince> {
  const reading = new Reading(evidence);
  for (const { file, lines } of evidence.files) await reading.read(file, lines);
  return reading.result();
}

class Reading {
  readonly #evidence: AuditSinceEvidence;
  readonly #heads: ReadonlyMap<string, AuditHead>;
  readonly #chains = new Map<string, Chain>();
  readonly #events = new Map<string, Event>();
  readonly #gaps: string[] = [];

  constructor(evidence: AuditSinceEvidence) {
    this.#evidence = evidence;
    this.#heads = new Map(evidence.heads.map((head) => [head.chain, head]));
  }

  async read(file: string, lines: AsyncIterable<string>): Promise<void> {
    const parts = new Map<string, Part>();
    const unreadable = (why: string) => this.#gaps.push(`${file} cannot be read to its end: ${why}`);
    for await (const text of readable(lines, unreadable)) {
      const line = readLine(text)?.line;
      if (!line) continue;
      const chain = this.#chainOf(line);
      const head = this.#heads.get(line.chain);
      if (head && line.sequence <= head.sequence) {
        if (line.sequence === head.sequence && line.mac === head.mac) chain.hasHead = true;
        continue;
      }
      const part = parts.get(line.chain);
      if (!part) {
        const begun = { first: line, last: line };
        parts.set(line.chain, begun);
        chain.parts.push(begun);
      } else {
        this.#join(part.last, line);
        part.last = line;
      }
      this.#take(line, chain);
    }
  }

  #chainOf({ chain }: AuditLine): Chain {
    const known = this.#chains.get(chain);
    if (known) return known;
    const writer = this.#heads.get(chain)?.writer ?? 'a process that began later';
    const made = { parts: [], hasHead: false, last: BEFORE_FIRST, lastTime: 0, writer };
    this.#chains.set(chain, made);
    return made;
  }

  #join(before: Place, line: AuditLine): void {
    if (line.sequence !== before.sequence + 1) {
      this.#gaps.push(
        `chain ${line.chain}: lines ${before.sequence + 1} to ${line.sequence - 1} are missing or out of order`,
      );
    } else if (!follows(this.#evidence.key, before.mac, line)) {
      this.#gaps.push(`chain ${line.chain}: line ${line.sequence} is not as it was written`);
    }
  }

  #take({ covered }: AuditLine, chain: Chain): void {
    let record: unknown;
    try {
      record = JSON.parse(`${covered}}`);
    } catch {
      // Its MAC says whether it was written so.
      return;
    }
    if (typeof record !== 'object' || record === null) return;
    const { audit: _, ...rest } = { audit: undefined, ...record };
    if ('time' in rest && typeof rest.time === 'number') chain.lastTime = Math.max(chain.lastTime, rest.time);
    if ('writer' in rest && typeof rest.writer === 'string') chain.writer = rest.writer;
    const read = EventRecord.safeParse(rest);
    if (!read.success) return;
    const event = eventOf(read.data);
    if (event.type === 'audit.file_incomplete') {
      this.#gaps.push(
        `event ${event.event_id} says that the file lacks events: ${JSON.stringify(event.detail)}`,
      );
    }
    if (classOf(event) !== 'traffic') this.#events.set(event.event_id, event);
  }

  result(): AuditSince {
    const { heads, lastHeads, since } = this.#evidence;
    for (const [name, chain] of this.#chains) this.#joinParts(name, chain);
    for (const head of heads) this.#checkContinued(head);
    this.#checkReachesBack();
    const lasts = new Map(lastHeads.map((head) => [head.chain, head]));
    for (const head of lasts.values()) this.#checkReaches(head);
    const times = [...this.#chains.values()].map(({ lastTime }) => lastTime).filter((time) => time > 0);
    const ends = [...this.#chains].flatMap(([chain, { last, lastTime, writer }]) => {
      if (last.sequence < 0) return [];
      const { sequence, mac } = last;
      const known = lasts.get(chain) ?? this.#heads.get(chain);
      const started_at = known?.started_at ?? lastTime;
      return [
        { chain, writer, sequence, mac, started_at, written_at: lastTime, closed: known?.closed ?? false },
      ];
    });
    return {
      events: [...this.#events.values()]
        .filter(({ time }) => time >= since - CLOCKS_APART)
        .toSorted((a, b) => a.time - b.time),
      gaps: this.#gaps,
      until: times.length > 0 ? Math.max(...times) : undefined,
      ends,
    };
  }

  #joinParts(name: string, chain: Chain): void {
    const head = this.#heads.get(name);
    const parts = chain.parts.toSorted((a, b) => a.first.sequence - b.first.sequence);
    // What ended before the moment, and was not known then, tells nothing of what came after.
    if (!head && chain.lastTime < this.#evidence.since - CLOCKS_APART) return;
    let before: Place = head ?? BEFORE_FIRST;
    for (const { first, last } of parts) {
      this.#join(before, first);
      before = last;
    }
    chain.last = before;
    if (parts.length > 0) chain.hasHead = true;
  }

  /** A chain that was being written then must be here: at least by the line that was its last. */
  #checkContinued({ chain, closed, sequence, written_at, writer }: AuditHead): void {
    const { cuts, since } = this.#evidence;
    if (closed || written_at < since - SILENT || this.#chains.get(chain)?.hasHead) return;
    if (cuts.some((cut) => cut.chain === chain && cut.sequence === sequence && cut.removed)) return;
    this.#gaps.push(`chain ${chain} (${writer}), which was being written then, is in none of the files`);
  }

  /** Files of another place, or none, have no gap either: what was written last before the moment must be in these. */
  #checkReachesBack(): void {
    const { heads, cuts } = this.#evidence;
    const last = heads.toSorted((a, b) => a.written_at - b.written_at).at(-1);
    const isThere = last
      ? this.#chains.get(last.chain)?.hasHead ||
        cuts.some(
          ({ chain, sequence, removed }) => chain === last.chain && sequence === last.sequence && removed,
        )
      : this.#chains.size > 0;
    if (!isThere) this.#gaps.push('no audit file reaches back to that moment');
  }

  /** The database that is replaced knows how far each chain came. */
  #checkReaches({ chain, sequence, writer, written_at, mac }: AuditHead): void {
    if (written_at < this.#evidence.since - CLOCKS_APART) return;
    const known = this.#heads.get(chain);
    if (known && known.sequence >= sequence) return;
    const last = this.#chains.get(chain)?.last ?? BEFORE_FIRST;
    if (last.sequence < sequence) {
      this.#gaps.push(`chain ${chain} (${writer}): lines up to ${sequence} were written, and are missing`);
    } else if (last.sequence === sequence && last.mac !== mac) {
      this.#gaps.push(`chain ${chain} (${writer}): line ${sequence} is not the one the database knows`);
    }
  }
}
