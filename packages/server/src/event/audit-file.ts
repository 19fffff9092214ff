import { type KeyObject, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { BEFORE_FIRST, type ChainState, nextLine } from './audit-chain.ts';
import { rotate } from './audit-rotation.ts';
import type { AuditStore } from './audit-store.ts';
import type { Event } from './event.ts';
import type { Metrics } from './metrics.ts';

/** The file to which everything promised is written, each line chained to the one before. */
export type AuditTrail = {
  /**
   * Puts an event into the queue of the file.
   * @param written called once the file has it
   * @returns false when the queue is full: the file lacks the event
   */
  append(event: Event, written?: () => void): boolean;
  /** Whether what is recorded reaches the file; false while it is full, gone or does not answer. */
  isWritable(): boolean;
  /** Goes on in a new file where rotation moved the present one away; the chain goes on. */
  reopen(): void;
  /** Waits until the file has what was appended so far, or cannot be written. */
  flush(): Promise<void>;
  /** Writes what is left, within seconds. @returns how many events the file lacks */
  close(): Promise<number>;
};

/** What the file lacked when it could be written again. */
export type AuditGap = { readonly missing: number; readonly since: number; readonly why: string };

export type AuditTrailOptions = {
  readonly file: string;
  /** Made by `auditKeyOf`. */
  readonly key: KeyObject;
  /** Who writes, for people: `server 4711 on host`. */
  readonly writer: string;
  /** Bytes after which the file is rotated; 0 for never. */
  readonly maxBytes: number;
  /** Rotated files that are kept; 0 for all. */
  readonly keep: number;
  readonly store: AuditStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Given each line that the file has, to take it elsewhere. */
  readonly forward?: (line: string) => void;
  /** Told once, when a file that could not be written can be again. */
  readonly onGap: (gap: AuditGap) => void;
  /** Opens the file for appending; another one in tests. */
  readonly openFile?: (file: string) => Promise<AuditHandle>;
  /** Takes each line, with its line feed, in place of the file. @returns false where it does not */
  readonly stream?: (line: string) => boolean;
};

/** The trail of a deployment that wants none. */
export const NO_AUDIT_TRAIL: AuditTrail = {
  append(_event, written) {
    written?.();
    return true;
  },
  isWritable: () => true,
  reopen() {},
  async flush() {},
  close: async () => 0,
};

/** What of an open file is used. */
export type AuditHandle = {
  stat(): Promise<{ readonly dev: number; readonly ino: number }>;
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
};

type Entry = { readonly record: object; readonly written: (() => void) | undefined };

/** Events that wait for a file that cannot be written; more are counted and lost to it. */
const QUEUE_LIMIT = 10_000;
const LINES_AT_ONCE = 256;
const RETRY_MS = 1_000;
const HEAD_INTERVAL_MS = 5_000;
const CLOSING_MS = 5_000;
const LINE_FEED = 10;

/** A device or pipe has no disk to wait for. */
function unlessUnsupported(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
}

/** Never made by reading, and by appending even where another process writes the same file. */
const openForAppending = async (file: string): Promise<AuditHandle> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
};

/** Whole lines alone: what is taken of several is written, what is not comes again. */
function streamHandle(stream: (line: string) => boolean): AuditHandle {
  return {
    stat: async () => ({ dev: 0, ino: 0 }),
    async write(bytes) {
      let bytesWritten = 0;
      while (bytesWritten < bytes.length) {
        const end = bytes.indexOf(LINE_FEED, bytesWritten) + 1 || bytes.length;
        if (!stream(Buffer.from(bytes.subarray(bytesWritten, end)).toString())) break;
        bytesWritten = end;
      }
      return { bytesWritten };
    },
    async datasync() {},
    async close() {},
  };
}

/**
 * Makes the writer of one chain, which begins with the first event: a command that changes nothing writes nothing.
 * Nothing here waits for the file but `flush` and `close`.
 */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  return new ChainedFile(options);
}

class ChainedFile implements AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #chain = randomBytes(12).toString('base64url');
  readonly #startedAt: number;
  readonly #headTimer: NodeJS.Timeout;
  #queue: Entry[] = [];
  #state: ChainState = BEFORE_FIRST;
  #handle: AuditHandle | undefined;
  #place: string | undefined;
  #reopening = false;
  /** Whether the last write ended within a line. */
  #torn = false;
  #failure: { readonly why: string; readonly since: number } | undefined;
  #missing = 0;
  #draining: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #heads: Promise<void> = Promise.resolve();
  #headAt = BEFORE_FIRST.sequence;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.#startedAt = options.clock();
    this.#headTimer = setInterval(() => void this.#writeHead(false), HEAD_INTERVAL_MS).unref();
  }

  append(event: Event, written?: () => void): boolean {
    if (this.#queue.length >= QUEUE_LIMIT) {
      this.#miss(1);
      return false;
    }
    this.#queue.push({ record: event, written });
    if (this.#failure === undefined) this.#drain();
    return true;
  }

  isWritable(): boolean {
    return this.#failure === undefined && this.#queue.length < QUEUE_LIMIT;
  }

  reopen(): void {
    this.#reopening = true;
    if (this.#state.sequence >= 0) this.#drain();
  }

  async flush(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async close(): Promise<number> {
    clearInterval(this.#headTimer);
    clearTimeout(this.#retry);
    if (this.#queue.length > 0) this.#drain();
    const inTime = await Promise.race([
      this.flush().then(() => true),
      delay(CLOSING_MS, false, { ref: false }),
    ]);
    clearTimeout(this.#retry);
    if (this.#queue.length > 0) this.#miss(this.#queue.length);
    this.#queue = [];
    if (!inTime) return this.#missing;
    await this.#writeHead(true);
    await this.#handle?.close();
    this.#handle = undefined;
    return this.#missing;
  }

  #miss(events: number): void {
    this.#missing += events;
    this.#options.metrics.auditEventsMissing.inc(events);
  }

  #drain(): void {
    this.#draining ??= this.#writeQueue().finally(() => {
      this.#draining = undefined;
      if (this.#queue.length > 0 && this.#failure === undefined) this.#drain();
    });
  }

  async #writeQueue(): Promise<void> {
    try {
      do await this.#writeBatch(await this.#file());
      while (this.#queue.length > 0);
      this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The file of now, after rotation a new one. */
  async #file(): Promise<AuditHandle> {
    const { stream } = this.#options;
    if (stream) {
      this.#handle ??= streamHandle(stream);
      return this.#handle;
    }
    const { file, maxBytes, keep, store, clock } = this.#options;
    let there = await stat(file).catch(() => undefined);
    if (there && maxBytes > 0 && there.size >= maxBytes) {
      await rotate(file, { maxBytes, keep, now: clock() }, (ends) => store.putCuts(ends));
      there = await stat(file).catch(() => undefined);
    }
    const same = there && this.#place === `${there.dev} ${there.ino}`;
    if (this.#handle && same && !this.#reopening) return this.#handle;
    this.#reopening = false;
    if (this.#handle) {
      await this.#handle.datasync().catch(() => {});
      await this.#handle.close();
      this.#handle = undefined;
      if (!same) await this.#noteCut();
    }
    this.#handle = await (this.#options.openFile ?? openForAppending)(file);
    const { dev, ino } = await this.#handle.stat();
    this.#place = `${dev} ${ino}`;
    return this.#handle;
  }

  /** Where the file that was moved away ends; without it that file is needed to verify the next. */
  async #noteCut(): Promise<void> {
    const { store, clock, log } = this.#options;
    const { sequence, mac } = this.#state;
    if (sequence < 0) return;
    const cut = { chain: this.#chain, sequence, mac, time: clock(), removed: false };
    await store
      .putCuts([cut])
      .catch((error) => log.error({ err: error }, 'the rotation of the audit file could not be noted'));
  }

  async #writeBatch(handle: AuditHandle): Promise<void> {
    if (this.#queue.length === 0) return;
    const { key, writer } = this.#options;
    const start = {
      record: { type: 'audit.chain_started', time: this.#startedAt, writer },
      written: undefined,
    };
    const entries = [...(this.#state.sequence < 0 ? [start] : []), ...this.#queue.slice(0, LINES_AT_ONCE)];
    const lines: Buffer[] = [];
    const states: ChainState[] = [];
    let state = this.#state;
    for (const { record } of entries) {
      const next = nextLine(key, this.#chain, state, record);
      state = next.state;
      states.push(state);
      lines.push(Buffer.from(`${next.line}\n`));
    }
    // Half a line may stand there already: it gets a line of its own.
    const lead = this.#torn ? 1 : 0;
    const bytes = Buffer.concat([Buffer.alloc(lead, LINE_FEED), ...lines]);
    let done = 0;
    try {
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes.subarray(done));
        if (bytesWritten === 0) throw new Error('nothing was written');
        done += bytesWritten;
      }
    } finally {
      this.#account(entries, lines, states, done, lead);
    }
  }

  /** What of a batch is in the file, whole lines only, need not be written again. */
  #account(
    entries: readonly Entry[],
    lines: readonly Buffer[],
    states: readonly ChainState[],
    done: number,
    lead: number,
  ): void {
    let end = lead;
    let whole = 0;
    while (whole < lines.length && end + (lines[whole]?.length ?? 0) <= done)
      end += lines[whole++]?.length ?? 0;
    if (done >= lead) this.#torn = done > end;
    const begins = this.#state.sequence < 0 ? 1 : 0;
    this.#state = states[whole - 1] ?? this.#state;
    this.#queue.splice(0, Math.max(0, whole - begins));
    for (const { written } of entries.slice(0, whole)) written?.();
    const { forward } = this.#options;
    if (forward) for (const line of lines.slice(0, whole)) forward(line.toString('utf8', 0, line.length - 1));
  }

  #succeeded(): void {
    const { log, metrics, clock, onGap } = this.#options;
    metrics.auditWritable.set(1);
    const { why = 'it did not keep up', since = clock() } = this.#failure ?? {};
    if (this.#failure) log.warn({ missing: this.#missing }, 'the audit file can be written again');
    this.#failure = undefined;
    if (this.#missing === 0) return;
    const missing = this.#missing;
    this.#missing = 0;
    onGap({ missing, since, why });
  }

  #failed(error: unknown): void {
    const { log, metrics, clock, file } = this.#options;
    metrics.auditWritable.set(0);
    if (this.#failure === undefined) log.error({ err: error, file }, 'the audit file cannot be written');
    const why = error instanceof Error ? error.message : String(error);
    this.#failure = { why, since: this.#failure?.since ?? clock() };
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#drain(), RETRY_MS).unref();
  }

  /** Tells the database how far the chain is, once the disk has it: a line the head names must not vanish. */
  #writeHead(closed: boolean): Promise<void> {
    const { store, writer, clock, log } = this.#options;
    this.#heads = this.#heads.then(async () => {
      const { sequence, mac } = this.#state;
      if (sequence < 0 || (sequence === this.#headAt && !closed)) return;
      try {
        await this.#handle?.datasync().catch(unlessUnsupported);
        await store.putHead({
          chain: this.#chain,
          writer,
          sequence,
          mac,
          started_at: this.#startedAt,
          written_at: clock(),
          closed,
        });
        this.#headAt = sequence;
      } catch (error) {
        log.error({ err: error }, 'the head of the audit chain could not be stored');
      }
    });
    return this.#heads;
  }
}
