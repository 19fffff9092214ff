import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';

describe('If-Match beyond clients', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const etagOf = async (path: string) => String((await api.request('GET', path)).headers.etag);

  test('a trust store is changed only while it holds what was seen', async () => {
    const [one, two] = [await createIdentity('CN=one'), await createIdentity('CN=two')];
    const seen = await etagOf('/truststore');
    assert.match(seen, /^"[\w-]{22}"$/);
    assert.equal(await etagOf('/truststore'), seen);
    const add = (content: string, alias: string, etag: string) =>
      api.request('POST', '/truststore/certificates', { content, alias }, { 'if-match': etag });
    const remove = (alias: string, etag: string) =>
      api.request('DELETE', `/truststore/certificates/${alias}`, undefined, { 'if-match': etag });

    const added = await add(one.pem, 'one', seen);
    assert.equal(added.status, 201, added.text);
    const now = await etagOf('/truststore');
    assert.notEqual(now, seen);
    assert.equal(added.headers.etag, now);
    for (const late of [
      await add(two.pem, 'two', seen),
      await add(one.pem, 'one', seen),
      await remove('one', seen),
    ]) {
      assert.equal(late.status, 412, late.text);
      assert.equal(late.headers.etag, now);
    }
    assert.equal((await remove('one', 'not a tag')).status, 400);
    assert.equal((await remove('one', `"other", ${now}`)).status, 204);
    assert.equal(await etagOf('/truststore'), seen, 'it holds what it held');
    assert.equal((await add(two.pem, 'two', '*')).status, 201);

    // What comes by the file counts as well.
    const before = await etagOf('/truststore');
    await home.json('truststore', 'remove', 'two');
    assert.equal((await add(one.pem, 'one', before)).status, 412);
  });

  test('an account is changed and removed only as it was seen', async () => {
    const made = await api.request('POST', '/users', { username: 'zoe', password: 'correct horse battery' });
    assert.equal(made.headers.etag, '"1"');
    const changed = await api.request(
      'PATCH',
      '/users/zoe',
      { claims: { name: 'Zoë' } },
      { 'if-match': '"1"' },
    );
    assert.equal(changed.headers.etag, '"2"');
    for (const replaced of [{ roles: ['auditor'] }, { claims: {} }]) {
      const blind = await api.request('PATCH', '/users/zoe', replaced);
      assert.deepEqual([blind.status, blind.json().field], [428, Object.keys(replaced)[0]]);
    }
    assert.equal((await api.request('PATCH', '/users/zoe', { enabled: true })).status, 200);
    for (const late of [
      await api.request('PATCH', '/users/zoe', { claims: {} }, { 'if-match': '"1"' }),
      await api.request('DELETE', '/users/zoe', undefined, { 'if-match': '"1"' }),
    ]) {
      assert.equal(late.status, 412, late.text);
      assert.equal(late.headers.etag, '"2"');
    }
    const removed = await api.request('DELETE', '/users/zoe', undefined, { 'if-match': '"2"' });
    assert.equal(removed.status, 204);
  });
});
