import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { CLIENT_CERTIFICATE, CLIENT_KEY, SERVER_CERTIFICATE } from './key-material.ts';
import { Latencies } from './latencies.ts';
import { LoadOrder, type LoadReply, type LoadResult } from './load.ts';
import { ResponseReader } from './response-reader.ts';

const [folder = ''] = process.argv.slice(2);
const read = (name: string) => readFileSync(join(folder, name));
const secureContext = createSecureContext({
  ca: read(SERVER_CERTIFICATE),
  cert: read(CLIENT_CERTIFICATE),
  key: read(CLIENT_KEY),
});

/** A run that is under way: counts answers until its time is over, and fails at the first that is not a 200. */
class Run {
  readonly order: LoadOrder;
  readonly #request: Buffer;
  readonly #latencies = new Latencies();
  readonly #sockets = new Set<TLSSocket>();
  #startedAt = 0;
  #processorTime = process.cpuUsage();
  #over = false;
  readonly #fail: (error: Error) => void;
  readonly #failure: Promise<never>;

  constructor(order: LoadOrder) {
    this.order = order;
    const { port, path, form, scenario } = order;
    this.#request = Buffer.from(
      [
        `POST ${path} HTTP/1.1`,
        `Host: localhost:${port}`,
        'Accept: application/json',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${Buffer.byteLength(form)}`,
        `Connection: ${scenario === 'keep-alive' ? 'keep-alive' : 'close'}`,
        '',
        form,
      ].join('\r\n'),
    );
    const { promise, reject } = Promise.withResolvers<never>();
    this.#failure = promise;
    this.#fail = reject;
    promise.catch(() => {});
  }

  /** @throws Error at the first request that was not answered with 200 */
  async measure(onStart: () => void): Promise<LoadResult> {
    try {
      if (this.order.scenario === 'keep-alive') await Promise.race([this.#connectAll(), this.#failure]);
      onStart();
      this.#startedAt = performance.now();
      this.#processorTime = process.cpuUsage();
      if (this.order.scenario === 'keep-alive') for (const socket of this.#sockets) this.#keepAsking(socket);
      else for (let index = 0; index < this.order.connections; index++) this.#askAnew();
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, this.order.seconds * 1000);
      await Promise.race([promise, this.#failure]);
      return this.#result();
    } finally {
      this.#over = true;
      for (const socket of this.#sockets) socket.destroy();
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

  #connect(onSecure: (socket: TLSSocket) => void): TLSSocket {
    const { port } = this.order;
    const socket = connect(
      { host: '127.0.0.1', port, servername: 'localhost', secureContext, ALPNProtocols: ['http/1.1'] },
      () => onSecure(socket),
    );
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#failUnlessOver(error));
    socket.once('close', () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    return socket;
  }

  async #connectAll(): Promise<void> {
    await Promise.all(
      Array.from(
        { length: this.order.connections },
        () => new Promise<void>((resolve) => this.#connect(() => resolve())),
      ),
    );
  }

  #failUnlessOver(error: Error): void {
    if (!this.#over) this.#fail(error);
  }

  /** Calls back with each whole answer. A refusal or a connection that ends before its answer ends the run. */
  #onAnswer(socket: TLSSocket, onAnswer: () => void): void {
    const reader = new ResponseReader();
    socket.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      try {
        if (reader.read(chunk)) onAnswer();
      } catch (error) {
        this.#failUnlessOver(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #keepAsking(socket: TLSSocket): void {
    let askedAt = performance.now();
    socket.once('close', () => this.#failUnlessOver(new Error('the server closed a kept-alive connection')));
    this.#onAnswer(socket, () => {
      const now = performance.now();
      this.#latencies.record(now - askedAt);
      askedAt = now;
      socket.write(this.#request);
    });
    socket.write(this.#request);
  }

  #askAnew(): void {
    if (this.#over) return;
    const askedAt = performance.now();
    let answered = false;
    const socket = this.#connect(() => {
      if (socket.isSessionReused()) this.#failUnlessOver(new Error('a TLS session was resumed'));
      socket.write(this.#request);
    });
    this.#onAnswer(socket, () => {
      answered = true;
      this.#latencies.record(performance.now() - askedAt);
      socket.end();
      this.#askAnew();
    });
    socket.once('close', () => {
      if (!answered) this.#failUnlessOver(new Error('the server closed a connection without an answer'));
    });
  }
}

const reply = (message: LoadReply) => process.send?.(message);

process.on('message', async (message) => {
  try {
    const result = await new Run(LoadOrder.parse(message)).measure(() => reply({ kind: 'started' }));
    reply({ kind: 'result', result });
  } catch (error) {
    reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
