import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { adminApiOf } from './admin-api.ts';
import { createTestHome } from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { post } from './token-client.ts';

const ACKNOWLEDGED_BEFORE_THE_END = 20;

for (const database of DATABASES) {
  describe(`kill -9 during writes on ${database.name}`, { skip: database.skip }, () => {
    test('no acknowledged client, user or change is missing after the restart', async (t) => {
      const opened = await database.open();
      t.after(opened.close);
      const home = await createTestHome(opened.deployment);
      t.after(() => home.remove());
      const server = await home.start();
      t.after(() => server.stop('SIGKILL'));
      const admin = adminApiOf(home.issuer);

      const clients = new Map<string, string>();
      const disabled = new Set<string>();
      const users = new Set<string>();
      let enough: () => void = () => {};
      const acknowledged = new Promise<void>((done) => {
        enough = done;
      });
      const count = () => {
        if (clients.size + disabled.size + users.size >= ACKNOWLEDGED_BEFORE_THE_END) enough();
      };
      let ended = false;
      /** Writes until the server is gone; an answer is an acknowledgement, no answer is none. */
      const stream = async (write: (turn: number) => Promise<void>) => {
        for (let turn = 0; !ended; turn++) {
          try {
            await write(turn);
            count();
          } catch (error) {
            assert.ok(ended, `a write failed while the server ran: ${error}`);
          }
        }
      };
      const registration = { client_name: 'crash', token_endpoint_auth_method: 'client_secret_post' };
      const streams = [
        stream(async () => {
          const { client_id, client_secret } = await admin.register(registration);
          clients.set(client_id, client_secret);
        }),
        stream(async () => {
          const { client_id } = await admin.register(registration);
          await admin.update(client_id, { enabled: false });
          disabled.add(client_id);
        }),
        stream(async (turn) => {
          const username = `user-${turn}`;
          await admin.json('POST', '/users', { username, password: 'a long enough password' });
          users.add(username);
        }),
        stream(async () => {
          const added = await home.json('client', 'add', '--client-name', 'crash', '--scope', 'x');
          assert.ok(added !== null && typeof added === 'object' && 'client_id' in added);
          assert.ok('client_secret' in added);
          clients.set(String(added.client_id), '');
        }),
      ];
      await acknowledged;
      ended = true;
      await server.stop('SIGKILL');
      await Promise.all(streams);

      const restarted = await home.start();
      t.after(() => restarted.stop());
      for (const [client_id, client_secret] of clients) {
        const found = await admin.request('GET', `/clients/${client_id}`);
        assert.equal(found.status, 200, `${client_id} was acknowledged and is missing`);
        if (client_secret === '') continue;
        const form = { grant_type: 'client_credentials', client_id, client_secret };
        assert.equal((await post(`${home.issuer}/oauth2/token`, form)).status, 200);
      }
      for (const client_id of disabled) {
        assert.equal((await admin.json('GET', `/clients/${client_id}`)).enabled, false);
      }
      for (const username of users) {
        assert.equal((await admin.request('GET', `/users/${username}`)).status, 200, username);
      }
      assert.ok(clients.size > 0 && disabled.size > 0 && users.size > 0);
    });
  });
}
