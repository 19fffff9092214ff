import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serveHttp } from '../../test/https-on-loopback.ts';
import { createNameResolver, type NameResolverOptions } from './name-resolver.ts';
import { createOutboundFetch, OutboundRefused } from './outbound-fetch.ts';

/** The name asked for in a DNS query, and its type: 1 for A, 28 for AAAA. */
function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** A DNS answer: the addresses, or that there is no such name. */
function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const { end, type } = questionOf(query);
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(addresses.length > 0 ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(type === 1 ? addresses.length : 0, 6);
  header.writeUInt32BE(0, 8);
  const records = (type === 1 ? addresses : []).map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}

/** A name server on loopback; what it has no addresses for is not there, and for `silent` it never answers. */
async function nameServer(
  t: TestContext,
  {
    zone = {},
    silent = () => false,
  }: { zone?: Record<string, string[]>; silent?: (name: string) => boolean },
) {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name } = questionOf(query);
    asked.push(name);
    if (!silent(name)) socket.send(answerTo(query, zone[name] ?? []), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

async function files(t: TestContext, { hosts = '', resolv = '' }): Promise<NameResolverOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'resolver-'));
  t.after(() => rm(folder, { recursive: true }));
  const options = { hostsFile: join(folder, 'hosts'), resolverFile: join(folder, 'resolv.conf') };
  await writeFile(options.hostsFile, hosts);
  await writeFile(options.resolverFile, resolv);
  return options;
}

const unhurried = () => new AbortController().signal;

test('a name has the addresses its name server gives, and none is an error that says so', async (t) => {
  const { address } = await nameServer(t, { zone: { 'keys.test': ['192.0.2.1', '192.0.2.2'] } });
  const resolve = createNameResolver({ ...(await files(t, {})), nameServers: [address] });
  assert.deepEqual(await resolve('keys.test', unhurried()), [
    { address: '192.0.2.1', family: 4 },
    { address: '192.0.2.2', family: 4 },
  ]);
  await assert.rejects(resolve('other.test', unhurried()), { code: 'ENOTFOUND' });
});

test('the hosts file comes first, and localhost is asked of nobody', async (t) => {
  const { address, asked } = await nameServer(t, { zone: { 'keys.test': ['192.0.2.1'] } });
  const resolve = createNameResolver({
    ...(await files(t, { hosts: '198.51.100.7 keys.test\n' })),
    nameServers: [address],
  });
  assert.deepEqual(await resolve('KEYS.test', unhurried()), [{ address: '198.51.100.7', family: 4 }]);
  assert.deepEqual(
    (await resolve('service.localhost', unhurried())).map((each) => each.address),
    ['127.0.0.1', '::1'],
  );
  assert.deepEqual(asked, []);
});

test('a short name is looked for in the search domains', async (t) => {
  const { address } = await nameServer(t, { zone: { 'keys.b.test': ['192.0.2.3'] } });
  const resolve = createNameResolver({
    ...(await files(t, { resolv: 'search a.test b.test\noptions ndots:2\n' })),
    nameServers: [address],
  });
  assert.deepEqual(await resolve('keys', unhurried()), [{ address: '192.0.2.3', family: 4 }]);
});

test('a look-up ends with the request that needs it', async (t) => {
  const { address } = await nameServer(t, { silent: () => true });
  const resolve = createNameResolver({ ...(await files(t, {})), nameServers: [address] });
  const controller = new AbortController();
  const began = performance.now();
  setTimeout(() => controller.abort(new Error('over')), 50);
  await assert.rejects(resolve('silent.test', controller.signal), /over/);
  assert.ok(performance.now() - began < 900);
});

test('a silent name server is given up by itself', async (t) => {
  const { address, asked } = await nameServer(t, { silent: () => true });
  const resolve = createNameResolver({
    ...(await files(t, { resolv: 'search a.test b.test\n' })),
    nameServers: [address],
  });
  await assert.rejects(resolve('silent.test', unhurried()), { code: 'ETIMEOUT' });
  assert.ok(!asked.includes('silent.test.a.test'), 'and not asked for the next name');
});

test('names that never resolve hold up neither revocation nor the fetches of others', async (t) => {
  const { address, asked } = await nameServer(t, {
    zone: { 'crl.test': ['127.0.0.1'] },
    silent: (name) => name.endsWith('.evil.test'),
  });
  const server = await serveHttp(t, (_request, response) => response.end('list'));
  const fetch = createOutboundFetch({
    allowedAddresses: ['127.0.0.1'],
    resolve: createNameResolver({ ...(await files(t, {})), nameServers: [address] }),
  });
  t.after(() => fetch.close());
  const limits = { maxBytes: 1000, timeoutMs: 10_000, allowPlainHttp: true };
  const stuck = Array.from({ length: 200 }, (_, index) =>
    fetch({
      purpose: 'request-object',
      client_id: `evil-${index % 60}`,
      url: `https://${index}.evil.test/`,
      ...limits,
    }).catch((error: unknown) => error),
  );
  while (!asked.some((name) => name.endsWith('.evil.test'))) await new Promise((go) => setTimeout(go, 5));
  const port = new URL(server.origin).port;
  const began = performance.now();
  const { body } = await fetch({ purpose: 'revocation', url: `http://crl.test:${port}/`, ...limits });
  assert.equal(Buffer.from(body).toString(), 'list');
  await fetch({ purpose: 'keys', url: `http://crl.test:${port}/`, ...limits });
  assert.ok(performance.now() - began < 1000, 'while the others wait');
  fetch.close();
  const causes = await Promise.all(stuck);
  assert.ok(causes.every((error) => error instanceof OutboundRefused));
});
