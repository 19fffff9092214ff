import type { KeyObject } from 'node:crypto';
import { timeText } from '@countersign/x509';
import { type AuditLine, BEFORE_FIRST, follows, readLine } from './audit-chain.ts';
import type { AuditCut, AuditHead } from './audit-store.ts';
import { readable } from './file-lines.ts';

/** Something about the audit files that the chains or their heads contradict. */
export type AuditFinding = {
  readonly what:
    | 'changed'
    | 'removed'
    | 'reordered'
    | 'cut off'
    | 'missing'
    | 'foreign'
    | 'after the end'
    | 'unreadable';
  /** Where it was noticed; absent where nothing of a chain is left. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly chain?: string;
  readonly writer?: string;
  readonly message: string;
};

export type AuditReport = {
  readonly files: readonly {
    readonly file: string;
    readonly lines: number;
    readonly before_chains: number;
  }[];
  readonly chains: number;
  /** Lines that are of a chain. */
  readonly lines: number;
  /** Half lines that a full disk or a killed process left; nothing is lost by them that is not found otherwise. */
  readonly fragments: readonly { readonly file: string; readonly line: number }[];
  readonly findings: readonly AuditFinding[];
};

export type AuditEvidence = {
  readonly key: KeyObject;
  /** In any order. */
  readonly files: readonly { readonly file: string; readonly lines: AsyncIterable<string> }[];
  readonly heads: readonly AuditHead[];
  readonly cuts: readonly AuditCut[];
  /** What ended before is not missed, as whole files; milliseconds since the epoch. */
  readonly since?: number | undefined;
};

type Place = { readonly file: string; readonly line: number };
type Located = AuditLine & Place;

/** What one file has of one chain. */
type Part = { readonly first: Located; last: Located };

/**
 * Verifies audit files: that each line follows the one before it in its chain, and that each chain reaches as far as
 * the database knows. Files are read line by line; their order does not matter, that of the lines within one does.
 */
export async function verifyAuditFiles(evidence: AuditEvidence): Promise<AuditReport> {
  const reading = new Reading(evidence);
  for (const { file, lines } of evidence.files) await reading.read(file, lines);
  reading.joinParts();
  return reading.report();
}

class Reading {
  readonly #evidence: AuditEvidence;
  readonly #heads: ReadonlyMap<string, AuditHead>;
  readonly #parts = new Map<string, Part[]>();
  readonly #findings: AuditFinding[] = [];
  readonly #files: AuditReport['files'][number][] = [];
  readonly #fragments: Place[] = [];
  #lines = 0;

  constructor(evidence: AuditEvidence) {
    this.#evidence = evidence;
    this.#heads = new Map(evidence.heads.map((head) => [head.chain, head]));
  }

  report(): AuditReport {
    return {
      files: this.#files,
      chains: new Set([...this.#parts.keys(), ...this.#heads.keys()]).size,
      lines: this.#lines,
      fragments: this.#fragments,
      findings: this.#findings,
    };
  }

  #found(what: AuditFinding['what'], message: string, chain?: string, place?: Place): void {
    const writer = chain === undefined ? undefined : this.#heads.get(chain)?.writer;
    this.#findings.push({
      what,
      ...(place && { file: place.file, line: place.line }),
      ...(chain !== undefined && { chain }),
      ...(writer !== undefined && { writer }),
      message,
    });
  }

  async read(file: string, lines: AsyncIterable<string>): Promise<void> {
    const parts = new Map<string, Part>();
    let number = 0;
    let beforeChains = 0;
    const unreadable = (why: string) =>
      this.#found('unreadable', `what comes after it cannot be read: ${why}`, undefined, {
        file,
        line: number,
      });
    for await (const text of readable(lines, unreadable)) {
      number++;
      if (text === '') continue;
      const place = { file, line: number };
      const read = readLine(text);
      if (!read) {
        if (parts.size === 0 && isJson(text)) beforeChains++;
        else if (isJson(text)) this.#found('foreign', 'a line of no chain', undefined, place);
        else this.#fragments.push(place);
        continue;
      }
      if (read.fragment !== '') this.#fragments.push(place);
      this.#lines++;
      this.#take(parts, { ...read.line, ...place });
    }
    this.#files.push({ file, lines: number, before_chains: beforeChains });
    for (const [chain, part] of parts) this.#parts.set(chain, [...(this.#parts.get(chain) ?? []), part]);
  }

  #take(parts: Map<string, Part>, line: Located): void {
    const { chain, sequence } = line;
    const head = this.#heads.get(chain);
    if (head?.sequence === sequence && head.mac !== line.mac) {
      this.#found('changed', `line ${sequence} is not the one the database knows`, chain, line);
    }
    const part = parts.get(chain);
    if (!part) {
      parts.set(chain, { first: line, last: line });
      return;
    }
    const { last } = part;
    if (sequence <= last.sequence) {
      this.#found('reordered', `line ${sequence} stands after line ${last.sequence}`, chain, line);
      return;
    }
    if (sequence > last.sequence + 1) {
      this.#found('removed', `${missing(last.sequence + 1, sequence - 1)} before this one`, chain, line);
    } else this.#check(last.mac, line);
    part.last = line;
  }

  #check(previous: string, line: Located): void {
    if (follows(this.#evidence.key, previous, line)) return;
    this.#found('changed', `line ${line.sequence} is not as it was written`, line.chain, line);
  }

  /** The MAC of a line that need not be here: it ended a file that was removed as it should, or long ago. */
  #anchor(chain: string, sequence: number): string | undefined {
    const { cuts, since } = this.#evidence;
    return cuts.find(
      (cut) =>
        cut.chain === chain &&
        cut.sequence === sequence &&
        (cut.removed || (since !== undefined && cut.time < since)),
    )?.mac;
  }

  /** Checks how the parts of each chain join, where it begins, and that it ends where the database says. */
  joinParts(): void {
    for (const [chain, unsorted] of this.#parts) {
      const parts = unsorted.toSorted((a, b) => a.first.sequence - b.first.sequence);
      let [sequence, mac]: [number, string] = [BEFORE_FIRST.sequence, BEFORE_FIRST.mac];
      for (const { first, last } of parts) {
        const before = first.sequence === sequence + 1 ? mac : this.#anchor(chain, first.sequence - 1);
        if (before !== undefined) this.#check(before, first);
        else if (first.sequence <= sequence) {
          this.#found('reordered', `line ${first.sequence} stands in two files`, chain, first);
        } else {
          this.#found(
            'removed',
            `${missing(sequence + 1, first.sequence - 1)} before this one`,
            chain,
            first,
          );
        }
        if (last.sequence > sequence) [sequence, mac] = [last.sequence, last.mac];
      }
      this.#checkEnd(chain, parts.at(-1)?.last);
    }
    for (const [chain, head] of this.#heads) if (!this.#parts.has(chain)) this.#checkAbsent(chain, head);
  }

  #checkEnd(chain: string, last: Located | undefined): void {
    const head = this.#heads.get(chain);
    if (!head || !last) return;
    if (head.sequence > last.sequence) {
      this.#found('cut off', `${missing(last.sequence + 1, head.sequence)} after this one`, chain, last);
    } else if (head.closed && last.sequence > head.sequence) {
      this.#found('after the end', `the chain ended with line ${head.sequence}`, chain, last);
    }
  }

  #checkAbsent(chain: string, { sequence, written_at }: AuditHead): void {
    const { since } = this.#evidence;
    if (this.#anchor(chain, sequence) !== undefined || (since !== undefined && written_at < since)) return;
    const until = timeText(written_at);
    this.#found('missing', `no file has any of its ${sequence + 1} lines, the last of ${until}`, chain);
  }
}

const missing = (first: number, last: number): string =>
  first === last ? `line ${first} is missing` : `lines ${first} to ${last} are missing`;

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
