import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { createFrontage } from '../src/server/frontage.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { type RunningServer, startServer } from '../src/server/start-server.ts';
import { createTestHome, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.ts';
import { call } from './token-client.ts';

const MINUTE = 60_000;

describe('a server whose machine has the wrong time', { skip: whyNoPostgres(), timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  let home: TestHome;
  let opened: OpenHome;
  let server: RunningServer;
  let ahead = 5 * MINUTE;

  before(async () => {
    postgres = await startPostgres();
    home = await createTestHome({ 'database.identity_db': { type: 'postgres', url: postgres.url } });
    opened = await openHome(home.home, { clock: () => Date.now() + ahead });
    server = await startServer(opened, await createFrontage(opened));
  });
  after(async () => {
    await server?.close();
    await opened?.close();
    await home?.remove();
    await postgres?.stop();
  });

  const readiness = async () => (await call(`${home.issuer}/health/ready`)).status;

  test('reckons with the time of the database, and is not ready until its own is right', async () => {
    assert.equal(await readiness(), 503);
    const added = await home.json(
      ...['client', 'add', '--client-name', 'clock', '--grant-types', 'client_credentials'],
    );
    assert(typeof added === 'object' && added !== null && 'client_id' in added && 'client_secret' in added);
    const answer = await call(`${home.issuer}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${added.client_id}:${added.client_secret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    assert.equal(answer.status, 200, answer.text);
    const { iat = 0 } = decodeJwt(String(answer.json().access_token));
    assert(Math.abs(iat * 1000 - Date.now()) < MINUTE, `issued at ${iat}`);

    const told = async () =>
      (await opened.storage.events.list({}, { limit: 100 })).items.filter(({ type }) =>
        type.startsWith('database.clock'),
      );
    const [wrong] = await eventually(told, (events) => events.length === 1);
    assert.equal(wrong?.type, 'database.clock_wrong');
    assert(Math.abs(Number(wrong?.detail?.clock_offset) + 300) < 5);
    assert(Math.abs((wrong?.time ?? 0) - Date.now()) < MINUTE);

    ahead = 0;
    await eventually(readiness, (status) => status === 200);
    await eventually(told, (events) => events.length === 2);
    const metrics = await opened.metrics.registry.metrics();
    const [, offset] = /^countersign_database_clock_offset_seconds (\S+)$/m.exec(metrics) ?? [];
    assert(Math.abs(Number(offset)) < 1, `what a measurement of a busy machine is off by, not ${offset}`);
  });
});
