import { connect, createServer, type Socket } from 'node:net';

/** What stands before nodes, and hands to one of them whoever comes. */
export type Balancer = { close(): Promise<void> };

/** Elsewhere than on Linux the loopback interface has but one address. */
const ownAddress = ({ remoteAddress }: Socket) =>
  process.platform === 'linux' && remoteAddress !== undefined && { localAddress: remoteAddress };

/** Carries bytes both ways until either side ends. */
export function join(one: Socket, other: Socket): void {
  one.pipe(other).on('error', () => one.destroy());
  other.pipe(one).on('error', () => other.destroy());
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
}

/**
 * Takes connections on one port and hands each to the next of several others, as a load balancer of TCP does that asks
 * nobody whether he is ready.
 * @param ports of the loopback interface; one that takes no connection is passed over */
export async function connectInTurn(port: number, ports: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const hand = (caller: Socket, left: number): unknown => {
    const next = ports[turn++ % ports.length];
    if (next === undefined || left === 0) return caller.destroy();
    // As one that leaves the client's address in place.
    const node = connect({ port: next, host: '127.0.0.1', ...ownAddress(caller) });
    const passOver = () => hand(caller, left - 1);
    node.once('error', passOver);
    node.once('connect', () => {
      node.off('error', passOver);
      join(caller, node);
    });
    return undefined;
  };
  const server = createServer((caller) => {
    open.add(caller);
    caller.on('error', () => {});
    caller.once('close', () => open.delete(caller));
    hand(caller, ports.length);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen(port, '127.0.0.1', done);
  });
  return {
    async close() {
      for (const caller of open) caller.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
