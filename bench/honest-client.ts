import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from './latencies.ts';

/** How an honest client fared: latencies of what was answered, and how much was not. */
export type Fared = { readonly token: Latencies; readonly ready: Latencies; readonly failed: number };

/** Milliseconds between two requests: it measures, and is no load itself. */
const PAUSE_MS = 8;
const PATIENCE_MS = 10_000;

/** A client that asks for a token and for the server's health in turn. */
export class HonestClient {
  readonly #port: number;
  readonly #form: string;
  readonly #agent: Agent;

  /** @param keepAlive whether it keeps its connection, or makes a new one for each request, with a full handshake */
  constructor(
    port: number,
    { cert, key }: { readonly cert: string; readonly key: string },
    client_id: string,
    keepAlive: boolean,
  ) {
    this.#port = port;
    this.#form = new URLSearchParams({ grant_type: 'client_credentials', client_id }).toString();
    this.#agent = new Agent({
      keepAlive,
      maxSockets: 1,
      maxCachedSessions: keepAlive ? 1 : 0,
      cert,
      key,
      rejectUnauthorized: false,
    });
  }

  async run(milliseconds: number): Promise<Fared> {
    const [token, ready] = [new Latencies(), new Latencies()];
    let failed = 0;
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      for (const [path, form, latencies] of [
        ['/oauth2/token', this.#form, token],
        ['/health/ready', undefined, ready],
      ] as const) {
        try {
          latencies.record(await this.#exchange(path, form));
        } catch {
          failed++;
        }
        await delay(PAUSE_MS);
      }
    }
    return { token, ready, failed };
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @returns milliseconds until the whole answer was there @throws Error unless it is a 200 */
  #exchange(path: string, form: string | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          servername: 'localhost',
          path,
          agent: this.#agent,
          timeout: PATIENCE_MS,
          method: form === undefined ? 'GET' : 'POST',
          headers: form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
        },
        (response) => {
          response.resume();
          response.once('end', () => {
            if (response.statusCode === 200) resolve(performance.now() - began);
            else reject(new Error(`answered ${response.statusCode}`));
          });
        },
      );
      sent.once('timeout', () => sent.destroy(new Error('no answer')));
      sent.once('error', reject);
      sent.end(form);
    });
  }
}
