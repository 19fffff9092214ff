import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A way to a PostgreSQL server that can be made to lose what goes over it, without a sign to either side. */
export type DeafWay = {
  /** The URL of the database by this way. */
  readonly url: string;
  /** Everything is lost from now on, and connections are taken that lead nowhere. */
  swallowAll(): void;
  /** Ends the connections that lost something; new ones lose nothing but notifications. */
  goOn(): void;
  close(): Promise<void>;
};

const LISTEN = /\blisten\s+"?\w/i;

/**
 * Opens a way on which connections that sent LISTEN hear nothing any more a moment later.
 * @param afterMs the moment: long enough for the answer to LISTEN
 */
export async function openDeafWay(to: string, afterMs = 200): Promise<DeafWay> {
  const target = new URL(to);
  const open = new Set<Socket>();
  const swallowing = new Set<Socket>();
  let isSwallowingAll = false;

  const server = createServer((caller) => {
    const database = connect(Number(target.port), target.hostname);
    let isDeaf = false;
    const isLost = () => isSwallowingAll || swallowing.has(caller);
    for (const socket of [caller, database]) {
      open.add(socket);
      socket.on('error', () => {});
    }
    caller.on('data', (chunk) => {
      if (isSwallowingAll) swallowing.add(caller);
      if (isLost()) return;
      database.write(chunk);
      if (LISTEN.test(chunk.toString('latin1'))) void delay(afterMs).then(() => (isDeaf = true));
    });
    database.on('data', (chunk) => {
      if (isSwallowingAll) swallowing.add(caller);
      if (!isLost() && !isDeaf) caller.write(chunk);
    });
    caller.once('close', () => {
      open.delete(caller);
      swallowing.delete(caller);
      database.destroy();
    });
    database.once('close', () => {
      open.delete(database);
      if (isLost()) swallowing.add(caller);
      else caller.destroy();
    });
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String(address !== null && typeof address === 'object' ? address.port : '');
  return {
    url: url.href,
    swallowAll() {
      isSwallowingAll = true;
    },
    goOn() {
      isSwallowingAll = false;
      for (const caller of swallowing) caller.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
