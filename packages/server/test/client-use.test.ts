import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { eventually } from './eventually.ts';
import { post } from './token-client.ts';

const TODAY = () => new Date().toISOString().slice(0, 10);

for (const database of DATABASES) {
  describe(`how much clients are used, on ${database.name}`, {
    skip: database.skip,
    timeout: 120_000,
  }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let api: AdminApi;
    let close = async () => {};

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome(opened.deployment);
      // Two workers, of which each counts what it issued.
      server = await home.start(undefined, undefined, '--workers', '2');
      api = adminApiOf(home.issuer);
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await close();
    });

    const newClient = async (client_name: string) => {
      const made = await api.register({
        client_name,
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      });
      return { client_id: made.client_id, client_secret: String(made.client_secret) };
    };
    const ask = async (client: Readonly<Record<string, string>>) =>
      (await post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...client })).status;
    const useOf = (client_id: string, days = 30) => api.json('GET', `/clients/${client_id}/use?days=${days}`);

    test('every token of two workers is counted on its day, and no refusal is', async () => {
      const client = await newClient('busy');
      const other = await newClient('idle');
      const before = Date.now();
      const statuses = await Promise.all([
        ...Array.from({ length: 60 }, () => ask(client)),
        ask({ ...client, client_secret: 'wrong' }),
        ask(other),
      ]);
      assert.equal(statuses.filter((status) => status === 200).length, 61);
      const use = await eventually(
        () => useOf(client.client_id),
        ({ days }) => JSON.stringify(days) === JSON.stringify([{ day: TODAY(), tokens: 60 }]),
      );
      assert.equal(use.counted_since, TODAY());
      const last = Date.parse(String(use.last_issued_at));
      assert.ok(last >= before && last <= Date.now(), String(use.last_issued_at));
      assert.deepEqual((await useOf(other.client_id)).days, [{ day: TODAY(), tokens: 1 }]);
    });

    test('a client that was never issued a token says so by having none on any day', async () => {
      const { client_id } = await newClient('unused');
      const use = await useOf(client_id, 1);
      assert.equal(use.last_issued_at, undefined);
      assert.deepEqual(use.days, [{ day: TODAY(), tokens: 0 }]);
    });

    test('what is counted when the server ends is there when it starts again', async () => {
      const client = await newClient('before the end');
      assert.equal(await ask(client), 200);
      await server.stop();
      server = await home.start();
      assert.equal(await ask(client), 200);
      assert.deepEqual((await useOf(client.client_id)).days, [{ day: TODAY(), tokens: 2 }]);
    });

    test('a client that is not there has no use, and more days are asked for than are kept is refused', async () => {
      assert.equal((await api.request('GET', '/clients/nobody/use')).status, 404);
      const { client_id } = await newClient('asked');
      assert.equal((await api.request('GET', `/clients/${client_id}/use?days=91`)).status, 400);
      assert.equal((await api.request('GET', `/clients/${client_id}/use?days=90`)).status, 200);
    });
  });
}
