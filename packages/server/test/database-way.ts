import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What a way to the database does with the next COMMIT: loses it, or loses only the answer to it. */
export type LostAtCommit = 'the commit' | 'its answer';

/** A way to a PostgreSQL database that can be cut, and made to lose what goes over it without a sign to either side. */
export type DatabaseWay = {
  /** The URL of the database by this way. */
  readonly url: string;
  /** Ends all connections, and those that are tried. */
  cut(): void;
  mend(): void;
  /** Loses without a sign what goes over the connections there are: all, or those by which changes are heard of. */
  stall(which: 'all' | 'watch'): void;
  /**
   * Loses everything without a sign from now on, and takes connections that lead nowhere.
   * @param from begins with the first thing sent that has this in it
   */
  swallow(from?: RegExp): void;
  /** Ends the connections that lost something by `swallow`; others, and new ones, lose nothing more. */
  goOn(): void;
  /** From the next COMMIT on connections die at it, as many as given. */
  loseAtCommit(lost: LostAtCommit, times: number): void;
  close(): Promise<void>;
};

/** One connection that was taken. */
type Carried = {
  readonly caller: Socket;
  isWatch: boolean;
  isStalled: boolean;
  /** It sent LISTEN where notifications are lost, and heard the answer to that. */
  isDeaf: boolean;
  /** The answer to its COMMIT ends it. */
  losesAnswer: boolean;
  /** Something of it was swallowed. */
  hasLost: boolean;
};

const COMMIT = /commit\0/i;
const LISTEN = /\blisten\s+"?\w/i;
/** Milliseconds, long enough for the answer to LISTEN. */
const DEAF_AFTER = 200;

/** @param losesNotifications whether connections that sent LISTEN hear nothing any more a moment later */
export async function databaseWay(
  to: string,
  { losesNotifications = false }: { readonly losesNotifications?: boolean } = {},
): Promise<DatabaseWay> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const connections = new Set<Carried>();
  let isCut = false;
  let swallowing: { from: RegExp | undefined } | undefined;
  let losing: { lost: LostAtCommit; times: number } | undefined;

  /** Whether what goes over a connection this moment is lost. */
  const isLost = (connection: Carried): boolean => {
    if (swallowing && swallowing.from === undefined) connection.hasLost = true;
    return connection.hasLost || connection.isStalled;
  };
  const atCommit = (data: Buffer): LostAtCommit | undefined => {
    if (!losing || losing.times === 0 || !COMMIT.test(data.toString('latin1'))) return undefined;
    losing.times--;
    return losing.lost;
  };

  const server = createServer((caller) => {
    if (isCut) return caller.destroy();
    const database = connect(Number(target.port || 5432), target.hostname);
    const connection: Carried = {
      caller,
      isWatch: false,
      isStalled: false,
      isDeaf: false,
      losesAnswer: false,
      hasLost: false,
    };
    connections.add(connection);
    let begun = false;
    for (const socket of [caller, database]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    caller.on('data', (data: Buffer) => {
      if (!begun) connection.isWatch = data.includes('countersign watch');
      begun = true;
      if (swallowing?.from?.test(data.toString('latin1'))) swallowing.from = undefined;
      if (isLost(connection)) return undefined;
      const lost = atCommit(data);
      if (lost === 'the commit') return database.destroy();
      connection.losesAnswer ||= lost === 'its answer';
      database.write(data);
      if (losesNotifications && LISTEN.test(data.toString('latin1'))) {
        setTimeout(() => {
          connection.isDeaf = true;
        }, DEAF_AFTER).unref();
      }
      return undefined;
    });
    database.on('data', (data: Buffer) => {
      if (isLost(connection) || connection.isDeaf) return;
      if (connection.losesAnswer) caller.destroy();
      else caller.write(data);
    });
    caller.on('close', () => {
      connections.delete(connection);
      database.destroy();
    });
    // That the other side is gone is swallowed too.
    database.on('close', () => isLost(connection) || caller.destroy());
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const through = new URL(to);
  through.host = `127.0.0.1:${address.port}`;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
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
    swallow(from) {
      swallowing = { from };
    },
    goOn() {
      swallowing = undefined;
      for (const { caller, hasLost } of connections) if (hasLost) caller.destroy();
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
