import assert from 'node:assert/strict';
import {
  CERTIFICATES,
  event,
  grant,
  onBothDatabases,
  readAll,
  type StorageUnderTest,
  unique,
} from '../../test/storage-contract.ts';

const [own, others] = CERTIFICATES;
/** Before the end of both certificates. */
const NOW = 2_000;

/** A group in a group with a client in each, one client in both, and one in none. */
async function grouped({ storage, insertedClient }: StorageUnderTest) {
  const { groups, commit } = storage;
  const group = async (parent?: string): Promise<string> => {
    const group_id = unique('group');
    const made = { group_id, name: group_id, description: '', created_at: 1, revision: 1 };
    await commit([groups.steps.insert({ ...made, ...(parent !== undefined && { parent }) })]);
    return group_id;
  };
  const outer = await group();
  const inner = await group(await group(outer));
  const name = unique('of groups');
  const client = async (certificate: string, ...memberOf: readonly string[]): Promise<string> => {
    const metadata = { client_name: name, certificates: [certificate] };
    const { client_id } = await insertedClient({}, metadata);
    for (const group_id of memberOf) {
      await commit([groups.steps.add(group_id, { kind: 'client', id: client_id }, 1)]);
    }
    return client_id;
  };
  return {
    name,
    outer,
    inner,
    inOuter: await client(own.pem, outer),
    inInner: await client(own.pem, inner),
    inBoth: await client(own.pem, inner, outer),
    inNone: await client(others.pem),
  };
}

onBothDatabases('what is limited to the clients of groups', (test) => {
  test('is of the clients in them and in groups that they contain, each once', async (given) => {
    const { clients } = given.storage;
    const { name, outer, inner, inOuter, inInner, inBoth, inNone } = await grouped(given);
    const all = [inOuter, inInner, inBoth].toSorted();
    const ids = async (within: readonly string[], also = {}) =>
      (await readAll((next) => clients.list({ limit: 1, within, ...also, ...next })))
        .map(({ client_id }) => client_id)
        .toSorted();
    assert.deepEqual(await ids([outer]), all);
    assert.deepEqual(await ids([inner]), [inInner, inBoth].toSorted());
    assert.deepEqual(await ids([inner, outer]), all);
    assert.deepEqual(await ids([]), []);
    assert.deepEqual(await ids([unique('absent')]), []);
    assert.deepEqual(await ids([outer], { search: name }), all, 'of a search');
    assert.deepEqual(await ids([outer], { search: inNone }), []);
    const ending = { certificateEndsBefore: Date.UTC(2200, 0) };
    assert.deepEqual(await ids([outer], ending), all, 'of a filter that narrows too');
    assert.deepEqual(await ids([outer], { ...ending, search: name }), all);
    assert.deepEqual(await ids([outer], { enabled: false }), []);
    assert.equal(await clients.count([outer]), 3);
    assert.equal(await clients.count([inner]), 2);
    assert.equal(await clients.count([]), 0);
    assert.deepEqual(await clients.within([inOuter, inNone, 'absent'], [outer]), new Set([inOuter]));
    assert.deepEqual(await clients.within([inOuter], [inner]), new Set());
    assert.deepEqual(await clients.within([], [outer]), new Set());
  });

  test('follows a client out of a group, and a group away', async (given) => {
    const { clients, groups, commit } = given.storage;
    const { outer, inner, inInner } = await grouped(given);
    await commit([groups.steps.takeOut(inner, { kind: 'client', id: inInner })]);
    assert.equal(await clients.count([outer]), 2);
    await commit([groups.steps.remove(inner)]);
    assert.equal(await clients.count([inner]), 0);
    assert.equal(await clients.count([outer]), 2, 'one of them stands in the outer group itself');
  });

  test('holds for certificates, grants and events', async (given) => {
    const { clients, grants, events, certificateEnds } = given.storage;
    const { outer, inner, inOuter, inInner, inBoth, inNone } = await grouped(given);
    const everyone = [inOuter, inInner, inBoth, inNone];
    const sub = unique('sub');
    for (const client_id of everyone) {
      await grants.insert(grant(client_id, { sub }));
      await events.append([event({ event_id: unique('event'), client_id, time: NOW })]);
    }
    await events.append([event({ event_id: unique('event'), time: NOW })]);
    const ofInner = [inInner, inBoth].toSorted();
    const idsOf = (items: readonly { readonly client_id?: string }[]) =>
      items.map(({ client_id }) => client_id).toSorted();

    assert.deepEqual(await clients.countCertificateEnds([NOW], 10, [inner]), [0, 2]);
    assert.deepEqual(idsOf(await clients.soonestCertificateEnds(NOW, 10, [inner])), ofInner);
    const ends = { limit: 10, since: NOW, within: [inner] };
    assert.deepEqual(idsOf(await certificateEnds.registered(ends)), ofInner);
    assert.deepEqual(await certificateEnds.presented(ends), []);
    assert.deepEqual(await certificateEnds.authorities(ends), []);
    assert.deepEqual(await certificateEnds.withoutEnd(ends), []);

    const given_ = await readAll((next) => grants.list({ sub, within: [inner] }, { limit: 1, ...next }, NOW));
    assert.deepEqual(idsOf(given_), ofInner);
    const told = await readAll((next) => events.list({ within: [outer] }, { limit: 1, ...next }));
    assert.deepEqual(idsOf(told), [inOuter, inInner, inBoth].toSorted());
    const { items } = await events.list({ within: 'clients', search: inNone }, { limit: 10 });
    assert.deepEqual(idsOf(items), [inNone]);
    assert.ok(
      (await events.list({ within: 'clients' }, { limit: 100 })).items.every(({ client_id }) => client_id),
    );
    assert.deepEqual((await events.list({ within: [] }, { limit: 10 })).items, []);
  });
});
