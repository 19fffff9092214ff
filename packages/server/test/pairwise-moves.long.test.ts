import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, type TestContext, test } from 'node:test';
import { z } from 'zod';
import { adminApiOf } from './admin-api.ts';
import { createUnstartedHome, type TestHome } from './countersign-process.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';
import { claimsOf, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const REDIRECTS = ['https://one.example/cb', 'https://one.example/other', 'https://two.example/cb'];
const Registered = z.object({ client_id: z.string(), client_secret: z.string() });
type Registered = z.infer<typeof Registered>;

/** What each client calls each person, by a token of a server that runs on this home. */
async function subjectsAt(
  home: TestHome,
  clients: readonly Registered[],
  people: readonly string[],
): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const { client_id, client_secret } of clients) {
    for (const username of people) {
      const answer = await post(`${home.issuer}/oauth2/token`, {
        grant_type: 'password',
        username,
        password: PASSWORD,
        client_id,
        client_secret,
      });
      assert.equal(answer.status, 200, answer.text);
      seen.push(String(claimsOf(answer.json().access_token).sub));
    }
  }
  return seen;
}

const registerAt = async (home: TestHome, redirect_uri: string): Promise<Registered> =>
  Registered.parse(
    await adminApiOf(home.issuer).json('POST', '/clients', {
      client_name: redirect_uri,
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'password'],
      token_endpoint_auth_method: 'client_secret_post',
      subject_type: 'pairwise',
    }),
  );

const secretIn = (home: TestHome): unknown => {
  const database = new DatabaseSync(join(home.home, 'repository/database/countersign.db'), {
    readOnly: true,
  });
  try {
    return database.prepare('select sealed_secret from subject_secret').all();
  } finally {
    database.close();
  }
};

const keyOf = ({ security }: TestHome) => join(security, 'encryption.key');

describe('pairwise subjects go wherever the data go', { timeout: 240_000 }, () => {
  let home: TestHome;
  let folder: string;
  let clients: readonly Registered[];
  let seen: readonly string[];
  const people = ['anna', 'bert'];

  before(async () => {
    home = await createUnstartedHome();
    folder = await mkdtemp(join(tmpdir(), 'countersign-pairwise-'));
    const server = await home.start();
    try {
      for (const username of people) {
        await adminApiOf(home.issuer).json('POST', '/users', { username, password: PASSWORD });
      }
      clients = await Promise.all(REDIRECTS.map((uri) => registerAt(home, uri)));
      seen = await subjectsAt(home, clients, people);
    } finally {
      await server.stop();
    }
  });
  after(async () => {
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test('two clients of one sector see the same, one of another sector another', () => {
    const [anna, bert, annaAgain, bertAgain, ...ofTwo] = seen;
    assert.deepEqual([annaAgain, bertAgain], [anna, bert]);
    assert.equal(new Set([anna, bert, ...ofTwo]).size, 4);
  });

  test('a start makes no other secret, and the address of the server does not matter', async () => {
    const before = secretIn(home);
    const edited = await home.editDeployment((text) =>
      text.replace('hostname = "localhost"', 'hostname = "127.0.0.1"'),
    );
    assert.match(edited, /^hostname = "127\.0\.0\.1"$/m);
    const server = await home.start();
    try {
      assert.deepEqual(await subjectsAt(home, clients, people), seen);
    } finally {
      await server.stop();
    }
    assert.deepEqual(secretIn(home), before);
  });

  const restoredIn = async (t: TestContext): Promise<TestHome> => {
    const elsewhere = await createUnstartedHome();
    t.after(() => elsewhere.remove());
    await copyFile(keyOf(home), keyOf(elsewhere));
    const file = join(folder, `${elsewhere.port}.backup`);
    await home.json('backup', file);
    await elsewhere.json('restore', file, '--audit', join(home.home, 'repository/logs/audit.log'));
    return elsewhere;
  };

  test('a backup that is restored elsewhere has the same subjects', async (t) => {
    const elsewhere = await restoredIn(t);
    assert.deepEqual(secretIn(elsewhere), secretIn(home));
    const server = await elsewhere.start();
    t.after(() => server.stop());
    assert.deepEqual(await subjectsAt(elsewhere, clients, people), seen);
  });

  test('a secret that cannot be opened stops the start, and is not made anew', async (t) => {
    const broken = await createUnstartedHome();
    t.after(() => broken.remove());
    await (await broken.start()).stop();
    const database = new DatabaseSync(join(broken.home, 'repository/database/countersign.db'));
    database.exec("update subject_secret set sealed_secret = 'v1.' || hex(randomblob(60))");
    database.close();
    const before = secretIn(broken);
    const refused = await broken.command('serve');
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /the secret of pairwise subjects was sealed with another \[encryption\] key/,
    );
    assert.deepEqual(secretIn(broken), before);
  });

  test('moved to PostgreSQL they are the same, and two nodes agree', { skip: whyNoPostgres() }, async (t) => {
    const moved = await restoredIn(t);
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    await moved.json('migrate', '--from', 'sqlite', '--to', 'postgres', '--to-url', postgres.url);
    const table = `\n[database.identity_db]\ntype = "postgres"\nurl = "${postgres.url}"\n`;
    await moved.editDeployment((text) => text + table);
    const server = await moved.start();
    t.after(() => server.stop());
    assert.deepEqual(await subjectsAt(moved, clients, people), seen);
    const second = await createUnstartedHome();
    t.after(() => second.remove());
    await copyFile(keyOf(moved), keyOf(second));
    await second.editDeployment((text) => text + table);
    const other = await second.start();
    t.after(() => other.stop());
    assert.deepEqual(await subjectsAt(second, clients, people), seen);
  });

  test('nodes that start at once on an empty database agree on one secret', {
    skip: whyNoPostgres(),
  }, async (t) => {
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    const deployment = {
      'database.identity_db': { type: 'postgres', url: postgres.url },
      encryption: { key: 'ab'.repeat(32) },
    };
    const nodes = await Promise.all([1, 2, 3].map(() => createUnstartedHome(deployment)));
    for (const node of nodes) t.after(() => node.remove());
    const servers = await Promise.all(nodes.map((node) => node.start()));
    for (const server of servers) t.after(() => server.stop());
    const [first, ...others] = nodes;
    assert(first);
    await adminApiOf(first.issuer).json('POST', '/users', { username: 'anna', password: PASSWORD });
    const client = await registerAt(first, 'https://one.example/cb');
    const [told] = await subjectsAt(first, [client], ['anna']);
    for (const other of others) {
      // A client is known to every node within a second.
      await new Promise((done) => setTimeout(done, 1_200));
      assert.deepEqual(await subjectsAt(other, [client], ['anna']), [told]);
    }
  });
});
