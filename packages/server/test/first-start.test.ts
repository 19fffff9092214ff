import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { createTestHome, runProgram } from './countersign-process.ts';
import { call } from './token-client.ts';

const COMMANDS = /^ {2}(npx countersign [^\n]+)\n\n {2}(curl [^\n]+\\\n[^\n]+)$/m;

test('the first start ends with two commands, and they lead to a token', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-first-'));
  const home = await createTestHome();
  t.after(async () => {
    await home.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const server = await home.start();
  t.after(() => server.stop());
  await server.line(/client_id=first-client/);
  const [, issue = '', curl = ''] = COMMANDS.exec(server.output()) ?? [];
  const [, , ...args] = issue.replace(/ --home .*$/, '').split(' ');
  const out = args.indexOf('--out') + 1;
  const issued = await home.command(...args.with(out, join(folder, args[out] ?? '')));
  assert.equal(issued.code, 0, issued.stderr);
  const { stdout } = await runProgram('sh', ['-c', `cd ${folder} && ${curl} -s`]);
  assert.match(stdout, /"access_token":"[\w-]+\.[\w-]+\.[\w-]+"/);
  for (const address of ['/', '/carbon', '/carbon/admin/index.jsp']) {
    const { status, headers } = await call(home.issuer + address);
    assert.deepEqual([status, headers.location], [302, '/console']);
  }
});

test('a later start with clients does not repeat them', async (t) => {
  const home = await createTestHome();
  t.after(() => home.remove());
  await home.json('client', 'add', '--client-name', 'c');
  const server = await home.start();
  t.after(() => server.stop());
  assert.doesNotMatch(server.output(), /first-client/);
});
