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
  /** Loses without a sign what goes over the connections there are: all, or those by which changes are heard of. */
  stall(which: 'all' | 'watch'): void;
  /** From the next COMMIT on connections die at it, as many as given. */
  loseAtCommit(lost: LostAtCommit, times: number): void;
  close(): Promise<void>;
};

export async function databaseWay(url: string): Promise<DatabaseWay> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const connections = new Set<{ isWatch: boolean; isStalled: boolean }>();
  let isCut = false;
  let losing: { lost: LostAtCommit; times: number } | undefined;

  const server = createServer((incoming) => {
    if (isCut) return incoming.destroy();
    const outgoing = connect(Number(target.port || 5432), target.hostname);
    let deaf = false;
    let begun = false;
    const connection = { isWatch: false, isStalled: false };
    connections.add(connection);
    incoming.on('close', () => connections.delete(connection));
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => other.destroy());
    }
    incoming.on('data', (data: Buffer) => {
      if (!begun) connection.isWatch = data.includes('countersign watch');
      begun = true;
      if (connection.isStalled) return undefined;
      if (losing && losing.times > 0 && /commit\0/i.test(data.toString('latin1'))) {
        losing.times--;
        if (losing.lost === 'the commit') return outgoing.destroy();
        deaf = true;
      }
      outgoing.write(data);
      return undefined;
    });
    outgoing.on('data', (data: Buffer) => {
      if (connection.isStalled) return;
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
    stall(which) {
      for (const connection of connections) {
        if (which === 'all' || connection.isWatch) connection.isStalled = true;
      }
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
