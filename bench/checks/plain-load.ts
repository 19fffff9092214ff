import { connect, type Socket } from 'node:net';
import { Latencies } from '../latencies.ts';

/** What one run over plain HTTP measured. */
export type PlainResult = {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
};

const HEAD_END = '\r\n\r\n';

/**
 * Sends one request again and again over connections that are kept, each when the one before was answered: answers without
 * a body, 200 or nothing.
 * @param requests sent in turn, as they go over the wire
 * @throws Error for any other answer
 */
export async function plainLoad(
  port: number,
  requests: readonly Buffer[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<PlainResult> {
  const latencies = new Latencies();
  const sockets: Socket[] = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  let next = 0;
  const one = (): Promise<void> =>
    new Promise((done, fail) => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
      sockets.push(socket);
      let received = '';
      let askedAt = 0;
      const ask = () => {
        askedAt = performance.now();
        socket.write(requests[next++ % requests.length] ?? Buffer.alloc(0));
      };
      socket.once('connect', ask);
      socket.once('error', fail);
      socket.on('data', (chunk: string) => {
        received += chunk;
        const end = received.indexOf(HEAD_END);
        if (end < 0) return;
        if (!received.startsWith('HTTP/1.1 200')) {
          fail(new Error(`answered ${received.slice(0, 200)}`));
          return;
        }
        received = received.slice(end + HEAD_END.length);
        const now = performance.now();
        latencies.record(now - askedAt);
        if (now < until) ask();
        else socket.end(() => done());
      });
    });
  try {
    await Promise.all(Array.from({ length: connections }, one));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return {
    requests: latencies.count,
    seconds: (performance.now() - began) / 1000,
    p50: latencies.percentile(50),
    p99: latencies.percentile(99),
  };
}
