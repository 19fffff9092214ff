import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Server, Socket } from 'node:net';
import { test } from 'node:test';
import { paceHandshakes } from './paced-handshakes.ts';
import { createUnprovenWork } from './unproven-work.ts';

/** A server to which connections from given addresses come, and in which order their handshakes begin. */
function made() {
  const begun: string[] = [];
  const addresses = new Map<Socket, string>();
  const told = new EventEmitter();
  const server = new Server();
  server.on('connection', (socket) => {
    begun.push(addresses.get(socket) ?? '');
    told.emit('begun');
  });
  const events = { recordSampled: (type: string) => assert.fail(type) };
  paceHandshakes(server, {
    addressOf: (socket) => addresses.get(socket),
    costOf: () => 1,
    work: createUnprovenWork(events),
    events,
  });
  const connect = (address: string) => {
    const socket = new Socket();
    addresses.set(socket, address);
    server.emit('connection', socket);
    return socket;
  };
  const until = async (count: number) => {
    while (begun.length < count) await once(told, 'begun');
  };
  return { begun, connect, until };
}

test('handshakes begin by what their address has cost, not in the order of connections', async () => {
  const { begun, connect, until } = made();
  for (let n = 0; n < 4; n++) connect('192.0.2.1');
  connect('192.0.2.2');
  await until(5);
  assert.equal(begun.indexOf('192.0.2.2'), 1, begun.join(' '));
});

test('between two handshakes other work is done', async () => {
  const { begun, connect, until } = made();
  for (let n = 0; n < 50; n++) connect('192.0.2.1');
  const seen = new Set<number>();
  const look = () => {
    seen.add(begun.length);
    if (begun.length < 50) setImmediate(look);
  };
  setImmediate(look);
  await until(50);
  assert.ok(seen.size > 25, `looked in between at ${seen.size} counts`);
});

test('a connection that went away meanwhile begins nothing', async () => {
  const { begun, connect, until } = made();
  connect('192.0.2.1').destroy();
  connect('192.0.2.1');
  await until(1);
  await new Promise((go) => setTimeout(go, 120));
  assert.equal(begun.length, 1);
});
