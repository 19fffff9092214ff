import { connect, createServer, type Socket } from 'node:net';

/** Takes connections on one port and hands each to the next of several others, as a load balancer of TCP does. */
export type InTurn = {
  /** Gives a port no new connections until `takeIn`, as a load balancer does that asks whether a node is ready. */
  leaveOut(port: number): void;
  takeIn(port: number): void;
  close(): Promise<void>;
};

/** Carries bytes both ways until either side ends. */
export function join(one: Socket, other: Socket): void {
  one.pipe(other).on('error', () => one.destroy());
  other.pipe(one).on('error', () => other.destroy());
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
}

/** @param ports of the loopback interface; one that takes no connection is passed over */
export async function connectInTurn(port: number, ports: readonly number[]): Promise<InTurn> {
  const open = new Set<Socket>();
  const leftOut = new Set<number>();
  let turn = 0;
  const hand = (caller: Socket, left: number): unknown => {
    const next = ports[turn++ % ports.length];
    if (next === undefined || left === 0) return caller.destroy();
    if (leftOut.has(next)) return hand(caller, left - 1);
    const node = connect(next, '127.0.0.1');
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
    leaveOut: (left) => leftOut.add(left),
    takeIn: (taken) => leftOut.delete(taken),
    async close() {
      for (const caller of open) caller.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
