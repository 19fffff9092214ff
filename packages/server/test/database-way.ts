import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What a way to the database does with the next COMMIT: loses it, or loses only the answer to it. */
export type LostAtCommit = 'the commit' | 'its answer';

/** A way to a PostgreSQL database that can be cut. */
export type DatabaseWay = {
  readonly url: string;
  /** Ends all connections, and those that are tried. */
  cut(): void;
  mend(): void;
  /** From the next COMMIT on connections die at it, as many as given. */
  loseAtCommit(lost: LostAtCommit, times: number): void;
  close(): Promise<void>;
};

export async function databaseWay(url: string): Promise<DatabaseWay> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  let losing: { lost: LostAtCommit; times: number } | undefined;

  const server = createServer((incoming) => {
    if (isCut) return incoming.destroy();
    const outgoing = connect(Number(target.port || 5432), target.hostname);
    let deaf = false;
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => other.destroy());
    }
    incoming.on('data', (data: Buffer) => {
      if (losing && losing.times > 0 && /commit\0/i.test(data.toString('latin1'))) {
        losing.times--;
        if (losing.lost === 'the commit') return outgoing.destroy();
        deaf = true;
      }
      outgoing.write(data);
      return undefined;
    });
    outgoing.on('data', (data: Buffer) => {
      if (deaf) incoming.destroy();
      else incoming.write(data);
    });
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const through = new URL(url);
  through.host = `127.0.0.1:${address.port}`;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: through.href,
    cut,
    mend() {
      isCut = false;
    },
    loseAtCommit(lost, times) {
      losing = { lost, times };
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
