import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { openHome } from '../src/server/open-home.ts';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createUnstartedHome, type TestHome } from './countersign-process.ts';
import { DATABASES, type TestDatabase } from './databases.ts';
import { grant, referenceToken, refreshToken, session } from './storage-contract.ts';
import { call } from './token-client.ts';

const FAR = 4_000_000_000_000;
const Restored = z.looseObject({
  audit_trail: z.string(),
  gaps: z.array(z.string()),
  replaced: z.string().optional(),
  endings: z.looseObject({
    applied: z.record(z.string(), z.number()),
    clients_without_secret: z.array(z.string()),
    people_without_password: z.array(z.string()),
    clients_to_confirm: z.array(z.string()),
  }),
  files: z.looseObject({ written: z.array(z.string()) }),
});

function suite({ name, skip, open }: TestDatabase): void {
  describe(`backup and restore with ${name}`, { skip, timeout: 300_000 }, () => {
    let home: TestHome;
    let api: AdminApi;
    let database: Awaited<ReturnType<TestDatabase['open']>>;
    let folder: string;
    let backup: string;
    let identity: Identity;
    let second: Identity;
    let anchor: Identity;
    let removed: Registered;
    let disabled: Registered;
    let untouched: Registered;
    let changed: Registered;
    let byCertificate: Registered;
    let spa: Registered;
    let anna = '';
    let bert = '';
    let kid = '';

    const asksToken = async ({ client_id, client_secret }: Registered) => {
      const answer = await call(`${home.issuer}/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      });
      return answer.status;
    };
    const asksTokenWith = async ({ cert, key }: Identity) => {
      const answer = await call(`${home.issuer}/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=client_credentials&client_id=${byCertificate.client_id}`,
        certificate: { cert, key },
      });
      return answer.status;
    };
    const withHome = async <T>(
      work: (opened: Awaited<ReturnType<typeof openHome>>) => Promise<T>,
    ): Promise<T> => {
      const opened = await openHome(home.home, { quiet: true });
      try {
        return await work(opened);
      } finally {
        await opened.close();
      }
    };
    const restore = async (...args: readonly string[]) => Restored.parse(await home.json('restore', ...args));
    const auditFile = () => join(home.home, 'repository/logs/audit.log');

    before(async () => {
      database = await open();
      home = await createUnstartedHome(database.deployment);
      folder = await mkdtemp(join(tmpdir(), 'countersign-backup-'));
      identity = await createIdentity('CN=first');
      second = await createIdentity('CN=second');
      anchor = await createIdentity('CN=anchor');
    });
    after(async () => {
      await home?.remove();
      await database?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('a backup is made while the server runs', async () => {
      const server = await home.start();
      api = adminApiOf(home.issuer);
      try {
        const register = (client_name: string, method = 'client_secret_basic', more = {}) =>
          api.register({
            client_name,
            token_endpoint_auth_method: method,
            grant_types: ['client_credentials'],
            ...more,
          });
        removed = await register('removed');
        disabled = await register('disabled');
        untouched = await register('untouched');
        changed = await register('changed');
        byCertificate = await register('mtls', 'self_signed_tls_client_auth', {
          certificates: [identity.pem, second.pem],
        });
        spa = await register('spa', 'none', {
          grant_types: ['authorization_code'],
          redirect_uris: ['https://spa.example/cb', 'https://spa.example/old'],
        });
        for (const username of ['anna', 'bert']) {
          await api.json('POST', '/users', { username, password: 'correct horse battery' });
        }
        await api.json('POST', '/truststore/certificates', { content: anchor.pem, alias: 'anchor' });
        await withHome(async ({ storage }) => {
          anna = (await storage.users.subOf('anna')) ?? '';
          bert = (await storage.users.subOf('bert')) ?? '';
          const { client_id } = spa;
          for (const sub of [anna, bert]) {
            const lasting = { sub, expires_at: FAR };
            for (const end of ['ended', 'kept']) {
              await storage.grants.insert(grant(client_id, { grant_id: `${sub}-${end}`, ...lasting }));
              await storage.sessions.insert(session({ session_id: `${sub}-${end}`, ...lasting }));
            }
          }
          const of = { sub: bert, grant_id: `${bert}-kept`, expires_at: FAR };
          await storage.refreshTokens.insert(refreshToken(client_id, { token_sha256: 'bound', ...of }));
          const { cnf: _, ...unbound } = refreshToken(client_id, { token_sha256: 'unbound', ...of });
          await storage.refreshTokens.insert(unbound);
          await storage.referenceTokens.insert(
            referenceToken(client_id, { token_sha256: 'reference', ...of }),
          );
        });

        const made = await home.json('backup', `${folder}/`);
        const { file, tables, files } = z
          .object({
            file: z.string(),
            tables: z.record(z.string(), z.object({ rows: z.number() })),
            files: z.record(z.string(), z.string()),
          })
          .parse(made);
        backup = file;
        assert.equal((await stat(file)).mode & 0o777, 0o600);
        assert.equal(tables.user_account?.rows, 3);
        assert.ok(
          files['repository/conf/deployment.toml'] && files['repository/resources/security/encryption.key'],
        );
        const again = await home.command('backup', file);
        assert.equal(again.code, 1);
        assert.match(again.stderr, /is there already/);
        assert.deepEqual((await readdir(folder)).length, 1, 'nothing half done is left');

        // What is ended after the backup.
        await api.json('DELETE', `/clients/${removed.client_id}`);
        await api.update(disabled.client_id, { enabled: false });
        await api.json('POST', `/clients/${changed.client_id}/secret`);
        await api.json('DELETE', `/clients/${byCertificate.client_id}/certificates/${identity.thumbprint}`);
        await api.update(spa.client_id, { redirect_uris: ['https://spa.example/cb'] });
        await api.json('PUT', '/users/anna/password', { password: 'another horse battery' });
        await api.json('DELETE', `/grants/${bert}-ended`);
        await api.json('DELETE', `/sessions/${bert}-ended`);
        await api.json('DELETE', '/truststore/certificates/anchor');
        await api.json('POST', '/signing-keys/rotate');
        kid = await withHome(async ({ storage }) => {
          const retired = (await storage.signingKeys.list()).find(({ state }) => state === 'retired');
          return retired?.kid ?? '';
        });
        await api.json('DELETE', `/signing-keys/${kid}`);
        const running = await home.command('restore', backup, '--overwrite');
        assert.equal(running.code, 1);
        assert.match(
          running.stderr,
          name === 'sqlite' ? /another process has/ : /is in use by \d+ connections/,
        );
      } finally {
        await server.stop();
      }
    });

    test('a damaged, foreign or later backup is refused, and so is overwriting unasked', async () => {
      const bytes = await readFile(backup);
      const text = gunzipSync(bytes).toString();
      const refusedAs = async (content: Uint8Array | string, pattern: RegExp) => {
        const file = join(folder, 'other.backup');
        await writeFile(file, content);
        const { code, stderr } = await home.command('restore', file, '--overwrite');
        assert.equal(code, 1);
        assert.match(stderr, pattern);
      };
      await refusedAs(bytes.subarray(0, bytes.length - 40), /is damaged/);
      await refusedAs('not a backup', /is no backup of Countersign/);
      await refusedAs(
        gzipSync(text.replace('correct', 'c0rrect').replace('"removed"', '"REMOVED"')),
        /is damaged: it is not as it was written/,
      );
      await refusedAs(gzipSync(text.split('\n').slice(0, -2).join('\n')), /is damaged: it ends too early/);
      await refusedAs(
        gzipSync(text.replace('"countersign_backup":1', '"countersign_backup":2')),
        /made by a later version/,
      );
      await refusedAs(gzipSync(text.replace(/"schema":\d+/, '"schema":4242')), /damaged|schema version 4242/);
      const unasked = await home.command('restore', backup);
      assert.equal(unasked.code, 1);
      assert.match(unasked.stderr, /holds data already; with --overwrite/);
      assert.equal((await home.command('restore')).code, 2);
    });

    test('what was ended after it stays ended where the audit trail is whole', async () => {
      const restored = await restore(backup, '--overwrite');
      assert.deepEqual(restored.gaps, []);
      assert.equal(restored.audit_trail, 'whole');
      assert.deepEqual(restored.endings.clients_without_secret, [changed.client_id]);
      assert.deepEqual(restored.endings.people_without_password, ['anna']);
      assert.deepEqual(restored.endings.clients_to_confirm, []);
      await withHome(async ({ storage }) => {
        assert.equal(await storage.clients.find(removed.client_id), undefined);
        assert.equal((await storage.clients.find(disabled.client_id))?.enabled, false);
        assert.deepEqual((await storage.clients.find(spa.client_id))?.metadata.redirect_uris, [
          'https://spa.example/cb',
        ]);
        for (const id of [`${anna}-ended`, `${anna}-kept`, `${bert}-ended`]) {
          assert.notEqual((await storage.grants.find(id))?.revoked_at, undefined, id);
          assert.equal(await storage.sessions.find(id), undefined, id);
        }
        assert.equal((await storage.grants.find(`${bert}-kept`))?.revoked_at, undefined);
        assert.ok(await storage.sessions.find(`${bert}-kept`));
        assert.ok(await storage.refreshTokens.find('bound'));
        assert.equal(await storage.refreshTokens.find('unbound'), undefined, 'it may have been used since');
        assert.ok(await storage.referenceTokens.find('reference'));
        assert.ok((await storage.signingKeys.list()).every((key) => key.kid !== kid));
        const told = await storage.events.list({ type: 'client.removed' }, { limit: 2 });
        assert.equal(told.items.length, 1, 'what the trail tells is found among the events');
        const [event] = (await storage.events.list({ type: 'backup.restored' }, { limit: 1 })).items;
        assert.equal(event?.actor?.through, 'command-line');
      });
      const server = await home.start();
      try {
        assert.equal(await asksToken(removed), 401);
        assert.equal(await asksToken(disabled), 401);
        assert.equal(await asksToken(changed), 401, 'its secret was another at last');
        assert.equal(await asksToken(untouched), 200);
        assert.equal(await asksTokenWith(identity), 401);
        assert.equal(await asksTokenWith(second), 200);
        const listed = await api.json('GET', '/truststore');
        assert.ok(!JSON.stringify(listed).includes(anchor.thumbprint));
      } finally {
        await server.stop();
      }
      const verified = await home.command('audit', 'verify');
      assert.equal(verified.code, 0, verified.stdout);
    });

    test('where the trail has a gap everything ends, and everybody waits until somebody confirms', async () => {
      const whole = await readFile(auditFile(), 'utf8');
      const lines = whole.split('\n');
      await writeFile(auditFile(), lines.filter((line) => !line.includes('"client.disabled"')).join('\n'));
      const restored = await restore(backup, '--overwrite');
      await writeFile(auditFile(), whole);
      assert.equal(restored.audit_trail, 'not whole');
      assert.match(restored.gaps.join('\n'), /lines \d+ to \d+ are missing/);
      await withHome(async ({ storage }) => {
        assert.deepEqual(await storage.signingKeys.list(), []);
        assert.equal(await storage.sessions.find(`${bert}-kept`), undefined);
        assert.notEqual((await storage.grants.find(`${bert}-kept`))?.revoked_at, undefined);
        assert.equal(await storage.refreshTokens.find('bound'), undefined);
        assert.equal((await storage.clients.find(spa.client_id))?.enabled, true, 'it has nothing to confirm');
      });
      const server = await home.start();
      try {
        assert.equal(await asksToken(untouched), 401);
        assert.equal(await asksTokenWith(second), 401);
        assert.equal((await api.request('GET', '/clients')).status, 401, 'administrators wait as well');
        const waiting = z
          .object({ clients: z.array(z.string()), users: z.array(z.string()) })
          .parse(await home.json('confirm'));
        assert.ok(waiting.clients.includes(untouched.client_id) && waiting.users.includes('admin'));
        const shown = await home.command('client', 'list');
        assert.match(shown.stdout, new RegExp(`countersign confirm --client ${untouched.client_id}`));
        await home.json('confirm', '--user', 'admin', '--client', untouched.client_id);
        assert.equal(await asksToken(untouched), 200);
        assert.equal(
          (await api.json('GET', `/clients/${byCertificate.client_id}`)).awaits_confirmation,
          true,
        );
        // The console's click.
        const confirmed = await api.update(byCertificate.client_id, { enabled: true });
        assert.equal(confirmed.awaits_confirmation, undefined);
        assert.equal(await asksTokenWith(second), 200);
      } finally {
        await server.stop();
      }
    });

    if (name === 'sqlite') {
      test('a database that is lost comes back from the backup and the audit trail alone', async () => {
        await rm(join(home.home, 'repository/database'), { recursive: true });
        const restored = await restore(backup);
        assert.equal(restored.audit_trail, 'whole');
        assert.equal(restored.replaced, undefined);
        await withHome(async ({ storage }) => {
          assert.equal((await storage.clients.find(disabled.client_id))?.enabled, false);
        });
        await writeFile(join(home.home, 'repository/database/countersign.db'), 'no database at all');
        const again = await restore(backup, '--overwrite');
        assert.equal(again.audit_trail, 'whole');
        assert.ok(again.replaced);
      });

      test('in an empty home the files come back too, and without any trail everything has ended', async () => {
        const elsewhere = await createUnstartedHome();
        try {
          await rm(join(elsewhere.home, 'repository'), { recursive: true });
          const restored = Restored.parse(await elsewhere.json('restore', backup));
          assert.equal(restored.audit_trail, 'not whole');
          assert.match(restored.gaps.join('\n'), /no audit file reaches back to that moment/);
          const key = join(elsewhere.home, 'repository/resources/security/encryption.key');
          assert.equal((await stat(key)).mode & 0o777, 0o600);
          assert.ok(restored.files.written.includes('repository/conf/deployment.toml'));
          const store = await elsewhere.command('truststore', 'list');
          assert.match(store.stdout, /anchor/, 'nothing tells that it was removed');

          // The trail that was brought along tells.
          await cp(auditFile(), join(folder, 'trail.log'));
          const trusted = Restored.parse(
            await elsewhere.json('restore', backup, '--overwrite', '--audit', join(folder, 'trail.log')),
          );
          assert.deepEqual(trusted.gaps, []);
          const less = await elsewhere.command('truststore', 'list');
          assert.doesNotMatch(less.stdout, /anchor/);
          await writeFile(key, `${'ab'.repeat(32)}\n`);
          const other = await elsewhere.command('restore', backup, '--overwrite');
          assert.match(other.stderr, /the encryption key of this home is not the one/);
        } finally {
          await elsewhere.remove();
        }
      });

      test('a backup is restored into the other kind of database', async () => {
        const postgres = DATABASES.find((each) => each.name === 'postgres');
        if (!postgres || postgres.skip) return;
        const target = await postgres.open();
        const elsewhere = await createUnstartedHome(target.deployment);
        try {
          await rm(join(elsewhere.home, 'repository/resources/security/encryption.key'));
          await cp(
            join(home.home, 'repository/resources/security/encryption.key'),
            join(elsewhere.home, 'repository/resources/security/encryption.key'),
          );
          const restored = Restored.parse(await elsewhere.json('restore', backup, '--audit', auditFile()));
          assert.deepEqual(restored.gaps, []);
          const shown = await elsewhere.json('client', 'show', untouched.client_id);
          assert.partialDeepStrictEqual(shown, { client_id: untouched.client_id, enabled: true });
        } finally {
          await elsewhere.remove();
          await target.close();
        }
      });
    }
  });
}

for (const database of DATABASES) suite(database);
