import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { z } from 'zod';
import { ownProcess } from '../own-files.ts';
import { reducedEnvironment } from './environment.ts';
import { createLineReader } from './line-reader.ts';
import {
  CHANNEL,
  type FromPlugIn,
  LONGEST_LINE,
  type PlugInNames,
  type Question,
  type ToPlugIn,
} from './messages.ts';
import { readPrinted } from './printed.ts';

/** How one process of a plug-in is run. */
export type RunOptions = {
  /** The heap of its JavaScript, in MiB. */
  readonly memoryLimit: number;
  /** Names of variables of the server's environment that it is handed. */
  readonly environment: readonly string[];
  /** Milliseconds its file may take to be loaded. */
  readonly loadLimit: number;
  /** Told each line it prints, within bounds. */
  readonly printed: (line: string) => void;
  /** Told once, before its calls are, that it answers no more, and why. */
  readonly failed: (cause: string) => void;
};

/** What became of a call. */
export type CallEnd =
  | { readonly kind: 'answered'; readonly verdict: unknown }
  | { readonly kind: 'threw'; readonly message: string }
  /** The process ended before it answered. */
  | { readonly kind: 'lost'; readonly begun: boolean; readonly cause: string };

type Call = { begun: boolean; readonly settle: (end: CallEnd) => void };

/** Beside the heap: Node.js itself, code, buffers, threads. */
const BESIDE_HEAP_MIB = 256;
const MIB = 1024 * 1024;
/** What may still come in of a process that ended. */
const LAST_WORDS_MS = 250;
const BEAT_MS = 250;
/** What a process said may wait to be read. */
const UNREAD_MS = 100;
/** How long a process may take to end by itself. */
const END_MS = 1000;
const OUT_OF_MEMORY = /(heap|process|process is) out of memory/;

const HOST = 'plug-in-process/host';

const id = z.int();
const Message: z.ZodType<FromPlugIn> = z.discriminatedUnion('say', [
  z.object({
    say: z.literal('loaded'),
    plugIn: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('authenticator'), name: z.string().min(1) }),
        z.object({ kind: z.literal('grant'), grant_type: z.string() }),
        z.object({ kind: z.literal('claims'), name: z.string().min(1) }),
      ])
      .nullable(),
  }),
  z.object({ say: z.literal('not loaded'), message: z.string() }),
  z.object({ say: z.literal('begun'), id }),
  z.object({ say: z.literal('answered'), id, verdict: z.unknown() }),
  z.object({ say: z.literal('threw'), id, message: z.string() }),
  z.object({ say: z.literal('alive') }),
  z.object({ say: z.literal('failing'), cause: z.string() }),
]);

function messageIn(line: string): FromPlugIn | undefined {
  try {
    return Message.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * One process of one plug-in, from its start to its end. Nothing it does reaches the server otherwise than as the end of
 * a call or its own end. It keeps no server alive, and ends with it.
 */
export class PlugInRun {
  /** What the file exports, null for no plug-in. @throws Error when it cannot be loaded */
  readonly loaded: Promise<PlugInNames | null>;
  /** When its process is gone. */
  readonly ended: Promise<void>;

  readonly #child: ChildProcess;
  readonly #channel: Socket | undefined;
  readonly #memoryLimit: number;
  readonly #failed: (cause: string) => void;
  readonly #calls = new Map<number, Call>();
  readonly #loaded = Promise.withResolvers<PlugInNames | null>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #loading: NodeJS.Timeout;
  #lastId = 0;
  #cause: string | undefined;
  #isOver = false;
  #ranOutOfMemory = false;
  #drained: (() => void) | undefined;
  #heardAt = performance.now();
  #onHeard: (() => void) | undefined;
  #isAskedWhetherAlive = false;

  constructor(file: string, { memoryLimit, environment, loadLimit, printed, failed }: RunOptions) {
    this.loaded = this.#loaded.promise;
    this.ended = this.#ended.promise;
    this.#memoryLimit = memoryLimit;
    this.#failed = failed;
    const mostBytes = (memoryLimit + BESIDE_HEAP_MIB) * MIB;
    const { args, variables } = ownProcess(HOST, [
      `--max-old-space-size=${memoryLimit}`,
      '--disable-warning=ExperimentalWarning',
    ]);
    const child = spawn(process.execPath, [...args, file, String(process.pid), String(mostBytes)], {
      env: { ...reducedEnvironment(process.env, environment), ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#child = child;
    child.on('error', (error) => this.#over(`its process cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      const how = code === null ? `was ended by ${signal}` : `exited with code ${code}`;
      const over = () => this.#over(`its process ${how}`);
      const patience = setTimeout(over, LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(patience);
        over();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      readPrinted(stream, printed, (line) => {
        this.#ranOutOfMemory ||= OUT_OF_MEMORY.test(line);
      });
      if (stream instanceof Socket) stream.unref();
    }
    const channel = child.stdio[CHANNEL];
    this.#channel = channel instanceof Socket ? channel : undefined;
    this.#channel
      ?.on('error', () => {})
      // So does one that ends, which is said better.
      .on('close', () =>
        setTimeout(() => this.kill('it closed its channel to the server'), LAST_WORDS_MS).unref(),
      )
      .on(
        'data',
        createLineReader(LONGEST_LINE, (line, whole) => this.#hear(whole ? messageIn(line) : undefined)),
      )
      .unref();
    child.unref();
    this.#loading = setTimeout(() => this.kill(`it was not loaded within ${loadLimit} ms`), loadLimit);
  }

  /** Asks the plug-in. @returns what became of the call, never an error, and what gives it up */
  call(question: Question): { readonly end: Promise<CallEnd>; readonly giveUp: () => void } {
    const { promise: end, resolve: settle } = Promise.withResolvers<CallEnd>();
    if (this.#cause !== undefined) {
      settle({ kind: 'lost', begun: false, cause: this.#cause });
      return { end, giveUp: () => {} };
    }
    const id = ++this.#lastId;
    this.#calls.set(id, { begun: false, settle });
    this.#say({ say: 'call', id, question });
    if (!this.#isAskedWhetherAlive) this.#askWhetherAlive();
    return { end, giveUp: () => this.#forget(id) };
  }

  /** Whether anything was heard of it within some milliseconds, those before this counted, whatever its calls do. */
  isAlive(withinMs: number): Promise<boolean> {
    const silence = performance.now() - this.#heardAt;
    return new Promise((done) => {
      const patience = setTimeout(() => done(false), Math.max(withinMs - silence, UNREAD_MS));
      this.#onHeard = () => {
        clearTimeout(patience);
        done(true);
      };
      this.#say({ say: 'alive?' });
    });
  }

  /** Ends it at once; its calls are lost. */
  kill(cause: string): void {
    if (this.#isOver) return;
    this.#answersNoMore(cause);
    // Somebody may wait for its end who has nothing else to do, as at the start of the server.
    this.#child.ref();
    this.#child.kill('SIGKILL');
  }

  /** Ends it once its calls have ended, or after some milliseconds. */
  retire(withinMs: number): void {
    const patience = setTimeout(() => void this.end('it was replaced'), withinMs).unref();
    this.#drained = () => {
      clearTimeout(patience);
      void this.end('it was replaced');
    };
    if (this.#calls.size === 0) this.#drained();
  }

  /** Lets it end by itself, and ends it where it does not. */
  async end(cause: string): Promise<void> {
    if (this.#isOver) return;
    this.#answersNoMore(cause);
    this.#channel?.end();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.ended;
    clearTimeout(patience);
  }

  /** Again and again while it has calls, so that one that is blocked is known to be when the first is too late. */
  #askWhetherAlive(): void {
    this.#isAskedWhetherAlive = this.#calls.size > 0;
    if (!this.#isAskedWhetherAlive) return;
    setTimeout(() => {
      if (this.#calls.size > 0) this.#say({ say: 'alive?' });
      this.#askWhetherAlive();
    }, BEAT_MS).unref();
  }

  #say(message: ToPlugIn): void {
    this.#channel?.write(`${JSON.stringify(message)}\n`);
  }

  #hear(message: FromPlugIn | undefined): void {
    if (this.#cause !== undefined) return;
    this.#heardAt = performance.now();
    this.#onHeard?.();
    switch (message?.say) {
      case undefined:
        this.kill('it wrote to its channel to the server');
        break;
      case 'loaded':
        clearTimeout(this.#loading);
        this.#loaded.resolve(message.plugIn);
        break;
      case 'not loaded':
        this.kill(message.message);
        break;
      case 'begun': {
        const call = this.#calls.get(message.id);
        if (call) call.begun = true;
        break;
      }
      case 'answered':
        this.#settle(message.id, { kind: 'answered', verdict: message.verdict });
        break;
      case 'threw':
        this.#settle(message.id, { kind: 'threw', message: message.message });
        break;
      case 'alive':
        break;
      case 'failing':
        this.kill(message.cause);
        break;
    }
  }

  #settle(id: number, end: CallEnd): void {
    this.#calls.get(id)?.settle(end);
    this.#forget(id);
  }

  #forget(id: number): void {
    if (this.#calls.delete(id) && this.#calls.size === 0) this.#drained?.();
  }

  /** @returns the first cause, which counts */
  #answersNoMore(cause: string): string {
    if (this.#cause !== undefined) return this.#cause;
    this.#cause = cause;
    clearTimeout(this.#loading);
    this.#failed(cause);
    for (const { begun, settle } of this.#calls.values()) settle({ kind: 'lost', begun, cause });
    this.#calls.clear();
    return cause;
  }

  #over(how: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const cause = this.#answersNoMore(
      this.#ranOutOfMemory ? `its process ran out of memory (memory_limit = ${this.#memoryLimit})` : how,
    );
    this.#channel?.destroy();
    this.#loaded.promise.catch(() => {});
    this.#loaded.reject(new Error(cause));
    this.#ended.resolve();
  }
}
