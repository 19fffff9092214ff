import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { causeOf } from './event-of.ts';
import { type Answer, post } from './token-client.ts';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** A client that keeps a connection open, and can let it go to resume its TLS session on the next one. */
class KeptClient {
  readonly identity: Identity;
  readonly agent: Agent;

  constructor(identity: Identity, maxVersion: (typeof VERSIONS)[number]) {
    const { cert, key } = identity;
    this.identity = identity;
    this.agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      cert,
      key,
      rejectUnauthorized: false,
      maxVersion,
    });
  }

  dropConnection(): void {
    for (const sockets of Object.values(this.agent.freeSockets))
      for (const socket of sockets ?? []) socket.destroy();
  }
}

for (const database of ONE_DATABASE) {
  describe(`certificate rollover on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let close: () => Promise<void>;
    let admin: AdminApi;
    let client_id: string;
    let old: Identity;
    let next: Identity;
    const kept: KeptClient[] = [];
    const keep = (identity: Identity, version: (typeof VERSIONS)[number]) => {
      const client = new KeptClient(identity, version);
      kept.push(client);
      return client;
    };
    const ask = ({ agent }: KeptClient): Promise<Answer> =>
      post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id }, { agent });

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome(opened.deployment);
      old = await createIdentity('CN=rollover,OU=old');
      next = await createIdentity('CN=rollover,OU=next');
      for (const [name, { pem }] of Object.entries({ old, next })) {
        await writeFile(join(home.home, `${name}.pem`), pem);
      }
      server = await home.start();
      admin = adminApiOf(home.issuer);
      const added = await home.json(
        ...['client', 'add', '--client-name', 'rollover', '--grant-types', 'client_credentials'],
        ...['--certificate', join(home.home, 'old.pem'), '--certificate', join(home.home, 'next.pem')],
      );
      assert.ok(added !== null && typeof added === 'object' && 'client_id' in added);
      client_id = String(added.client_id);
    });
    after(async () => {
      for (const { agent } of kept) agent.destroy();
      await server?.stop();
      await home?.remove();
      await close?.();
    });

    /** Asks on the connection that is open, then on one that resumes its session, then on a new one. */
    const onEveryConnection = async (client: KeptClient, version: (typeof VERSIONS)[number]) => {
      const open = await ask(client);
      assert.equal(open.connection, 'kept');
      client.dropConnection();
      const resumed = await ask(client);
      assert.equal(resumed.connection, 'resumed', `${version} resumes its session`);
      const fresh = await ask(keep(client.identity, version));
      assert.equal(fresh.connection, 'new');
      return [open, resumed, fresh];
    };
    const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);
    const clients = new Map<string, KeptClient>();
    const clientOf = (version: string, identity: Identity): KeptClient => {
      const found = clients.get(`${version} ${identity.thumbprint}`);
      assert.ok(found);
      return found;
    };

    test('both registered certificates work, on new, kept and resumed connections', async () => {
      for (const version of VERSIONS) {
        for (const identity of [old, next]) {
          const client = keep(identity, version);
          clients.set(`${version} ${identity.thumbprint}`, client);
          assert.equal((await ask(client)).status, 200);
          assert.deepEqual(statuses(await onEveryConnection(client, version)), [200, 200, 200]);
        }
      }
    });

    const onlyOneWorks = async (works: Identity, ended: Identity) => {
      for (const version of VERSIONS) {
        const refused = await onEveryConnection(clientOf(version, ended), version);
        assert.deepEqual(statuses(refused), [401, 401, 401], version);
        for (const answer of refused)
          assert.equal(await causeOf(server, answer), 'certificate_not_registered');
        assert.deepEqual(
          statuses(await onEveryConnection(clientOf(version, works), version)),
          [200, 200, 200],
        );
      }
    };

    test('one removed at the command line ends at once, on every connection', async () => {
      await home.json('client', 'update', client_id, '--remove-certificate', old.thumbprint);
      await onlyOneWorks(next, old);
    });

    test('one exchanged through the admin API does so as well', async () => {
      await admin.update(client_id, { certificates: [old.pem] });
      await onlyOneWorks(old, next);
    });

    test('a certificate the client never had is refused to the command line', async () => {
      const refused = await home.command(
        'client',
        'update',
        client_id,
        '--remove-certificate',
        next.thumbprint,
      );
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, new RegExp(`has no certificate ${next.thumbprint}`));
    });
  });
}
