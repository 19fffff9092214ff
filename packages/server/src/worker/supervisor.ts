import { setTimeout as delay } from 'node:timers/promises';
import { type Answering, type Channel, createChannel, type Line } from './channel.ts';
import type { AskedOfSupervisor, AskedOfWorker } from './questions.ts';

/** A process that was started to be a worker. */
export type WorkerProcess = {
  /** Told from one start to the next: no two of a supervisor have the same. */
  readonly number: number;
  readonly pid: number | undefined;
  readonly line: Line;
  /** Ends it at once. */
  kill(): void;
  /** Told once it is gone, and how it ended. */
  onExit(listener: (how: string) => void): void;
};

/** A worker, as the pieces that serve it know it. */
export type Worker = { readonly number: number; readonly channel: Channel<AskedOfWorker> };

/** What answers a worker's questions, but for those about its own life. */
export type ServingWorker = Omit<Answering<AskedOfSupervisor>, 'ready' | 'waits' | 'failed'>;

/** What happens to workers, for events and the log. */
export type WorkerNews =
  | { readonly what: 'serves'; readonly number: number; readonly pid: number | undefined }
  | { readonly what: 'ended'; readonly number: number; readonly how: string }
  | { readonly what: 'not started'; readonly why: string }
  | { readonly what: 'roll stopped'; readonly why: string };

export type SupervisorOptions = {
  readonly count: number;
  start(): WorkerProcess;
  /** Makes what answers a new worker. */
  serve(worker: Worker): ServingWorker;
  /** The worker is gone: what it held is to be given back. */
  left(worker: Worker): void;
  report(news: WorkerNews): void;
  /** A worker waits for a database that is not there yet, for as long as it takes. */
  waits(): void;
  /** No worker serves, and none could be started any more. */
  gaveUp(error: Error): void;
  /** How long a worker that was replaced lets in who comes, and ends connections with their next answer. */
  rollGraceMs(): number;
  readonly timing?: Partial<Timing>;
};

/** Milliseconds. */
type Timing = {
  /** How long a start may take. */
  readonly start: number;
  /** The wait before a start that follows a failure, doubled with each, up to the longest. */
  readonly backOff: number;
  readonly longestBackOff: number;
  /** A worker that served as long as this did not fail by its start. */
  readonly steady: number;
  /** How long a worker may take to end, beyond its grace. */
  readonly end: number;
};

const TIMING: Timing = { start: 180_000, backOff: 200, longestBackOff: 30_000, steady: 10_000, end: 20_000 };
/** Failures in a row after which a node on which nothing serves gives up. */
const MOST_FAILURES = 8;

/** Thrown when a worker does not start; its message is the worker's own. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
}

type Supervised = Worker & {
  readonly process: WorkerProcess;
  /** Resolves once its listeners are open. @throws WorkerFailed */
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  readonly startedAt: number;
  state: 'starting' | 'serving' | 'ending' | 'gone';
};

/** Starts workers, starts those anew that die, and replaces them one after the other. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #timing: Timing;
  readonly #workers = new Set<Supervised>();
  #failures = 0;
  #ending = false;
  #rolling: Promise<void> | undefined;
  #nextRoll: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
  }

  /** Those whose processes are there, whether or not they serve yet. */
  workers(): readonly Worker[] {
    return Array.from(this.#workers).filter(({ state }) => state !== 'gone');
  }

  /** How many answer requests. */
  serving(): number {
    return Array.from(this.#workers).filter(({ state }) => state === 'serving').length;
  }

  /** Starts one, which shows whether any can be, and then the others. @throws WorkerFailed */
  async begin(): Promise<void> {
    try {
      await this.#startOne();
      await Promise.all(Array.from({ length: this.#options.count - 1 }, () => this.#startOne()));
    } catch (error) {
      this.kill();
      throw error;
    }
  }

  /**
   * Replaces every worker by a new one, which reads the configuration anew. The first new one is a trial: where it does
   * not start, or a later one, the roll stops and those of before go on. One roll at a time; whoever asks during one gets
   * another after it, since what is read may have changed meanwhile.
   */
  roll(): Promise<void> {
    if (this.#rolling !== undefined) {
      this.#nextRoll ??= this.#rolling.then(() => {
        this.#nextRoll = undefined;
        return this.roll();
      });
      return this.#nextRoll;
    }
    this.#rolling = this.#roll().finally(() => {
      this.#rolling = undefined;
    });
    return this.#rolling;
  }

  /** Ends all workers. @param grace_ms how long they let in who comes */
  async end(grace_ms: number): Promise<void> {
    this.#ending = true;
    this.#stop.abort();
    await Promise.all(Array.from(this.#workers, (worker) => this.#endOne(worker, grace_ms)));
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#ending = true;
    this.#stop.abort();
    for (const { process } of this.#workers) process.kill();
  }

  /** Ends one that does not answer any more, as if it had died. */
  killOne(channel: Worker['channel']): void {
    for (const worker of this.#workers) if (worker.channel === channel) worker.process.kill();
  }

  async #startOne(): Promise<Supervised> {
    const worker = this.#fork();
    try {
      await worker.ready;
    } catch (error) {
      worker.process.kill();
      await worker.exited;
      throw error;
    }
    return worker;
  }

  #fork(): Supervised {
    const process = this.#options.start();
    const ready = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<void>();
    let failure: string | undefined;
    const channel = createChannel<AskedOfWorker, AskedOfSupervisor>(process.line, {
      ready: () => {
        if (worker.state === 'starting') worker.state = 'serving';
        this.#options.report({ what: 'serves', number: process.number, pid: process.pid });
        ready.resolve();
        return undefined;
      },
      waits: () => {
        clearTimeout(tooLate);
        this.#options.waits();
        return undefined;
      },
      failed: ({ message }) => {
        failure = message;
        return undefined;
      },
      join: (question, withdrawn) => serving.join(question, withdrawn),
      write: (question, withdrawn) => serving.write(question, withdrawn),
      audit: (question, withdrawn) => serving.audit(question, withdrawn),
      turn: (question, withdrawn) => serving.turn(question, withdrawn),
      outbound: (question, withdrawn) => serving.outbound(question, withdrawn),
      leave: (question, withdrawn) => serving.leave(question, withdrawn),
      waiting_request: (question, withdrawn) => serving.waiting_request(question, withdrawn),
      tally: (question, withdrawn) => serving.tally(question, withdrawn),
      renew_tickets: (question, withdrawn) => serving.renew_tickets(question, withdrawn),
      session_chain: (question, withdrawn) => serving.session_chain(question, withdrawn),
      writing: (question, withdrawn) => serving.writing(question, withdrawn),
      written: (question, withdrawn) => serving.written(question, withdrawn),
    });
    const worker: Supervised = {
      number: process.number,
      process,
      channel,
      ready: ready.promise,
      exited: exited.promise,
      startedAt: performance.now(),
      state: 'starting',
    };
    const serving = this.#options.serve(worker);
    this.#workers.add(worker);
    const tooLate = setTimeout(() => {
      failure ??= `a worker was not ready within ${this.#timing.start / 1000} seconds`;
      process.kill();
    }, this.#timing.start);
    // Whoever started it may not be waiting yet.
    ready.promise.catch(() => {}).finally(() => clearTimeout(tooLate));
    process.onExit((how) => {
      const { state } = worker;
      worker.state = 'gone';
      this.#workers.delete(worker);
      channel.close();
      this.#options.left(worker);
      ready.reject(new WorkerFailed(failure ?? `a worker ${how} before it was ready`));
      exited.resolve();
      if (state === 'serving') this.#died(worker, failure ?? how);
    });
    return worker;
  }

  #died({ number, startedAt }: Supervised, how: string): void {
    if (this.#ending) return;
    this.#options.report({ what: 'ended', number, how });
    if (performance.now() - startedAt >= this.#timing.steady) this.#failures = 0;
    void this.#replace(how);
  }

  /** Starts one in the place of one that died, however often that takes while others serve. */
  async #replace(how: string): Promise<void> {
    let error = new WorkerFailed(`the last worker ${how}`);
    while (!this.#ending) {
      if (this.#failures >= MOST_FAILURES && this.serving() === 0) {
        this.#ending = true;
        this.#options.gaveUp(error);
        return;
      }
      const { backOff, longestBackOff } = this.#timing;
      // The first is replaced at once.
      const wait = this.#failures === 0 ? 0 : Math.min(backOff * 2 ** (this.#failures - 1), longestBackOff);
      this.#failures++;
      await delay(wait, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
      if (this.#ending) return;
      try {
        await this.#startOne();
        return;
      } catch (cause) {
        error = new WorkerFailed(cause instanceof Error ? cause.message : String(cause));
        this.#options.report({ what: 'not started', why: error.message });
      }
    }
  }

  async #roll(): Promise<void> {
    const before = Array.from(this.#workers).filter(({ state }) => state === 'serving');
    for (const old of before) {
      if (this.#ending) return;
      try {
        await this.#startOne();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#options.report({ what: 'roll stopped', why });
        return;
      }
      await this.#endOne(old, this.#options.rollGraceMs());
    }
  }

  async #endOne(worker: Supervised, grace_ms: number): Promise<void> {
    if (worker.state === 'gone') return;
    worker.state = 'ending';
    worker.channel.tell('end', { grace_ms });
    const late = setTimeout(() => worker.process.kill(), grace_ms + this.#timing.end);
    await worker.exited;
    clearTimeout(late);
  }
}
