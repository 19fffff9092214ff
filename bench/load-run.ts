import { setTimeout as pause } from 'node:timers/promises';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { Latencies } from './latencies.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { type Rendering, render } from './rendering.ts';
import { type Answer, ResponseReader, takenFrom } from './response-reader.ts';
import type { Step, Variables } from './step.ts';
import { freshValues } from './unique-values.ts';

const PATIENCE_MS = 60_000;
const BETWEEN_LOOKS_MS = 50;

type ReadyStep = { readonly step: Step; readonly rendering: Rendering };

/** What one connection, or the ones that follow each other in its place, go through. */
type Place = {
  variables: Record<string, string>;
  /** Which step is next. */
  next: number;
  askedAt: number;
  /** The TLS session of the last connection. */
  session: Buffer | undefined;
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** A run that is under way: counts whole requests of the workload until its time is over, and fails at the first wrong answer. */
export class LoadRun {
  readonly #order: LoadOrder;
  readonly #secureContext: SecureContext;
  readonly #steps: readonly ReadyStep[];
  readonly #latencies = new Latencies();
  readonly #sockets = new Set<TLSSocket>();
  readonly #makeValues: (() => Variables) | undefined;
  readonly #valuesAhead: Variables[];
  #startedAt = 0;
  #processorTime = process.cpuUsage();
  #over = false;
  readonly #fail: (error: Error) => void;
  readonly #failure: Promise<never>;

  /**
   * @param secureContext with the identity that the order's script wants
   * @param folder of the keys that unique values are signed with
   */
  constructor(order: LoadOrder, secureContext: SecureContext, folder: string) {
    this.#order = order;
    this.#secureContext = secureContext;
    const { port, connection, steps, makers } = order.script;
    const says = connection === 'kept-alive' ? 'keep-alive' : 'close';
    this.#steps = steps.map((step) => ({ step, rendering: render(step, `localhost:${port}`, says) }));
    this.#makeValues = makers.length === 0 ? undefined : freshValues(makers, folder);
    const make = this.#makeValues;
    this.#valuesAhead = make ? Array.from({ length: order.ahead }, make) : [];
    const { promise, reject } = Promise.withResolvers<never>();
    this.#failure = promise;
    this.#fail = reject;
    promise.catch(() => {});
  }

  /** @throws Error at the first request that was not answered as its step says */
  async measure(onStart: () => void): Promise<LoadResult> {
    const { script, connections, seeds, seconds } = this.#order;
    const places = Array.from({ length: connections }, (_, index): Place => {
      const seed = seeds[index % seeds.length];
      return { variables: { ...seed }, next: 0, askedAt: 0, session: undefined };
    });
    try {
      const begin = await Promise.race([this.#readied(script.connection, places), this.#failure]);
      onStart();
      this.#startedAt = performance.now();
      this.#processorTime = process.cpuUsage();
      begin();
      await Promise.race([this.#timeIsOver(seconds), this.#failure]);
      return this.#result();
    } finally {
      this.#over = true;
      for (const socket of this.#sockets) socket.destroy();
    }
  }

  /** What has to be there before the clock starts. @returns what starts the asking */
  async #readied(connection: LoadOrder['script']['connection'], places: readonly Place[]) {
    switch (connection) {
      case 'kept-alive': {
        const sockets = await Promise.all(places.map((place) => this.#connected(place)));
        return () => {
          for (const [index, place] of places.entries()) {
            const socket = sockets[index];
            if (socket) this.#keepAsking(socket, place);
          }
        };
      }
      case 'full-handshake':
        return () => {
          for (const place of places) this.#askAnew(place, false);
        };
      case 'resumed':
        await Promise.all(places.map((place) => this.#firstSession(place)));
        return () => {
          for (const place of places) this.#askAnew(place, true);
        };
    }
  }

  /** Once the time is over and something was answered: a run without an answer would measure nothing. */
  async #timeIsOver(seconds: number): Promise<void> {
    await pause(seconds * 1000);
    while (this.#latencies.count === 0) {
      if (performance.now() - this.#startedAt > PATIENCE_MS)
        throw new Error('no request was answered in time');
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  #result(): LoadResult {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const { user, system } = process.cpuUsage(this.#processorTime);
    return {
      requests: this.#latencies.count,
      seconds,
      p50: this.#latencies.percentile(50),
      p99: this.#latencies.percentile(99),
      busy: (user + system) / 1e6 / seconds,
    };
  }

  #connect(place: Place, resumes: boolean, onSecure: (socket: TLSSocket) => void): TLSSocket {
    const socket = connect(
      {
        host: '127.0.0.1',
        port: this.#order.script.port,
        servername: 'localhost',
        secureContext: this.#secureContext,
        ALPNProtocols: ['http/1.1'],
        ...(resumes && place.session && { session: place.session }),
      },
      () => onSecure(socket),
    );
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#failUnlessOver(error));
    socket.once('close', () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    return socket;
  }

  #connected(place: Place): Promise<TLSSocket> {
    return new Promise((resolve) => this.#connect(place, false, resolve));
  }

  /** One request that is not counted, for the session of its connection. */
  #firstSession(place: Place): Promise<void> {
    return new Promise((resolve) => {
      const socket = this.#connect(place, false, () => this.#begin(socket, place));
      socket.on('session', (session) => {
        place.session = session;
      });
      this.#onAnswer(socket, (answer) => {
        if (!this.#isRequestOver(place, answer)) return this.#ask(socket, place);
        if (!place.session) this.#failUnlessOver(new Error('the server gave no TLS session to resume'));
        socket.end();
        resolve();
      });
    });
  }

  #failUnlessOver(error: Error): void {
    if (!this.#over) this.#fail(error);
  }

  /** Calls back with each whole answer. A wrong one, or a connection that ends before its answer, ends the run. */
  #onAnswer(socket: TLSSocket, onAnswer: (answer: Answer) => void): void {
    const reader = new ResponseReader();
    socket.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      try {
        const answer = reader.read(chunk);
        if (answer) onAnswer(answer);
      } catch (error) {
        this.#failUnlessOver(asError(error));
      }
    });
  }

  /** Sends the next step. */
  #ask(socket: TLSSocket, place: Place): void {
    const rendering = this.#steps[place.next]?.rendering;
    if (rendering?.kind === 'fixed') socket.write(rendering.request);
    else if (rendering) socket.write(rendering.request(place.variables), 'latin1');
  }

  /** Sends the first step of a request of the workload, with values of its own. */
  #begin(socket: TLSSocket, place: Place): void {
    if (this.#makeValues) Object.assign(place.variables, this.#valuesAhead.pop() ?? this.#makeValues());
    place.next = 0;
    this.#ask(socket, place);
  }

  /** Takes from an answer what it gives. @returns whether it was that of the last step */
  #isRequestOver(place: Place, answer: Answer): boolean {
    const ready = this.#steps[place.next];
    if (ready) Object.assign(place.variables, takenFrom(answer, ready.step));
    place.next++;
    return place.next === this.#steps.length;
  }

  #keepAsking(socket: TLSSocket, place: Place): void {
    socket.once('close', () => this.#failUnlessOver(new Error('the server closed a kept-alive connection')));
    this.#onAnswer(socket, (answer) => {
      if (!this.#isRequestOver(place, answer)) return this.#ask(socket, place);
      const now = performance.now();
      this.#latencies.record(now - place.askedAt);
      place.askedAt = now;
      this.#begin(socket, place);
    });
    place.askedAt = performance.now();
    this.#begin(socket, place);
  }

  #askAnew(place: Place, resumes: boolean): void {
    if (this.#over) return;
    place.askedAt = performance.now();
    let answered = false;
    const socket = this.#connect(place, resumes, () => {
      if (socket.isSessionReused() !== resumes) {
        this.#failUnlessOver(
          new Error(resumes ? 'a TLS session was not resumed' : 'a TLS session was resumed'),
        );
      }
      this.#begin(socket, place);
    });
    if (resumes) {
      socket.on('session', (session) => {
        place.session = session;
      });
    }
    this.#onAnswer(socket, (answer) => {
      if (!this.#isRequestOver(place, answer)) return this.#ask(socket, place);
      answered = true;
      this.#latencies.record(performance.now() - place.askedAt);
      socket.end();
      this.#askAnew(place, resumes);
    });
    socket.once('close', () => {
      if (!answered) this.#failUnlessOver(new Error('the server closed a connection without an answer'));
    });
  }
}
