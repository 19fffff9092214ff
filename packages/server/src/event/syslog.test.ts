import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'node:test';
import { createSyslog } from './syslog.ts';

test('a line arrives as one message of RFC 5424', async (t) => {
  const server = createSocket('udp4');
  t.after(() => server.close());
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const syslog = createSyslog(`udp://127.0.0.1:${server.address().port}`, () => 0, assert.fail);
  t.after(() => syslog.close());
  syslog.send('{"type":"client.updated","name":"Zoë"}');
  const [message] = await once(server, 'message');
  assert.match(
    String(message),
    /^<110>1 1970-01-01T00:00:00\.000Z \S+ countersign \d+ audit - \{"type":"client\.updated","name":"Zoë"\}$/,
  );
});

test('what is too long for a datagram is told, and nothing else fails', async (t) => {
  const failed = Promise.withResolvers<Error>();
  const syslog = createSyslog('udp://[::1]:9', () => 0, failed.resolve);
  t.after(() => syslog.close());
  syslog.send('x'.repeat(70_000));
  assert.match((await failed.promise).message, /EMSGSIZE|EADDRNOTAVAIL|EAFNOSUPPORT/);
});
