import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createUnstartedHome, type TestDeployment, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';
import { call } from './token-client.ts';

const PROGRAM = resolve(import.meta.dirname, '../bin/countersign.mjs');
const skip = whyNoPostgres();

const keyOf = ({ security }: TestHome) => join(security, 'encryption.key');
const isThere = (file: string) =>
  readFile(file).then(
    () => true,
    () => false,
  );

/** A home of a node that was given everything but a key. */
async function keyless(t: TestContext, deployment: TestDeployment): Promise<TestHome> {
  const home = await createUnstartedHome(deployment);
  t.after(() => home.remove());
  await rm(keyOf(home));
  return home;
}

/** Starts a node, and gives what became of it: that it serves, or how it ended. */
function started(t: TestContext, home: TestHome, ...options: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--home', home.home, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += String(piece)));
  const outcome = eventually(
    async () => {
      if (output.includes('Countersign is listening')) return 'serves';
      return child.exitCode === null ? undefined : `ended with ${child.exitCode}`;
    },
    (found) => found !== undefined,
    60_000,
  );
  return { child, outcome, output: () => output };
}

const REFUSED =
  /countersign: the PostgreSQL database .* holds keys that were encrypted with the \[encryption\] key of another node\./;

test('of nodes that start at once on an empty database without a key one serves, and the others make none', {
  skip,
  timeout: 180_000,
}, async (t) => {
  for (let round = 0; round < 2; round++) {
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    const deployment = { 'database.identity_db': { type: 'postgres', url: postgres.url } };
    const homes = await Promise.all([1, 2, 3].map(() => keyless(t, deployment)));
    const nodes = homes.map((home) => ({ home, ...started(t, home) }));
    const outcomes = await Promise.all(nodes.map(({ outcome }) => outcome));
    assert.deepEqual(outcomes.toSorted(), ['ended with 1', 'ended with 1', 'serves']);
    const winner = nodes[outcomes.indexOf('serves')];
    assert.ok(winner);
    for (const { home, output } of nodes) {
      if (home === winner.home) continue;
      assert.match(output(), REFUSED);
      assert.match(output(), /This node has none: .*encryption\.key is not there; the one this start made/);
      assert.match(output(), /Copy repository\/resources\/security\/encryption\.key .*\$file\{/);
      assert.equal(await isThere(keyOf(home)), false, 'what this start made is gone');
      assert.doesNotMatch(output(), /Administrator: /, 'nothing was done in that database');
    }
    assert.equal(await isThere(keyOf(winner.home)), true);

    // As the message says: with the key of the one that runs the others serve the same keys.
    const other = nodes.find(({ home }) => home !== winner.home)?.home;
    assert.ok(other);
    await copyFile(keyOf(winner.home), keyOf(other));
    const joined = started(t, other);
    assert.equal(await joined.outcome, 'serves', joined.output());
    const jwks = async ({ issuer }: TestHome) => (await call(`${issuer}/oauth2/jwks`)).json();
    assert.deepEqual(await jwks(other), await jwks(winner.home));
    for (const { child } of [joined, winner]) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
});

test('a node with another key, and workers of one without, are refused on a database in use', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const database = { 'database.identity_db': { type: 'postgres', url: postgres.url } };
  const first = await createUnstartedHome({ ...database, encryption: { key: 'aa'.repeat(32) } });
  t.after(() => first.remove());
  const server = await first.start();
  await server.stop();

  const wrong = await createUnstartedHome({ ...database, encryption: { key: 'bb'.repeat(32) } });
  t.after(() => wrong.remove());
  const before = await readFile(keyOf(wrong));
  const refused = started(t, wrong);
  assert.equal(await refused.outcome, 'ended with 1');
  assert.match(refused.output(), REFUSED);
  assert.match(
    refused.output(),
    /This node's is another one: that of \[encryption\] key in deployment\.toml/,
  );
  assert.doesNotMatch(refused.output(), /bbbb/);
  assert.deepEqual(await readFile(keyOf(wrong)), before, 'a file that was there stays');

  const keyed = await keyless(t, { ...database, encryption: { key: 'aa'.repeat(32) } });
  const same = started(t, keyed);
  assert.equal(await same.outcome, 'serves', same.output());
  assert.equal(await isThere(keyOf(keyed)), false, 'a node that is given a key makes none');
  same.child.kill('SIGTERM');
  await once(same.child, 'exit');

  const none = await keyless(t, database);
  const workers = started(t, none, '--workers', '2');
  assert.equal(await workers.outcome, 'ended with 1');
  assert.match(workers.output(), REFUSED);
  assert.equal(await isThere(keyOf(none)), false);
  const command = await none.command('client', 'list');
  assert.equal(command.code, 1);
  assert.match(command.stderr, REFUSED);
  assert.equal(await isThere(keyOf(none)), false);
});

test('an embedded database whose key was lost is not given another', { timeout: 60_000 }, async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  const server = await home.start();
  await server.stop();
  const key = await readFile(keyOf(home));
  await rm(keyOf(home));
  const refused = started(t, home);
  assert.equal(await refused.outcome, 'ended with 1');
  assert.match(refused.output(), /countersign: .*countersign\.db holds keys that were encrypted with/);
  assert.equal(await isThere(keyOf(home)), false);
  await writeFile(keyOf(home), key, { mode: 0o600 });
  const again = await home.start();
  await again.stop();
});

test('a client secret that a command encrypted counts before there is any signing key', {
  timeout: 60_000,
}, async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  await home.json(
    ...['client', 'add', '--client-name', 'sealed', '--grant-types', 'client_credentials'],
    ...['--token-endpoint-auth-method', 'client_secret_jwt'],
  );
  await writeFile(keyOf(home), `${'cc'.repeat(32)}\n`);
  const refused = started(t, home);
  assert.equal(await refused.outcome, 'ended with 1', refused.output());
  assert.match(
    refused.output(),
    /holds keys that were encrypted with the \[encryption\] key of another node/,
  );
});
