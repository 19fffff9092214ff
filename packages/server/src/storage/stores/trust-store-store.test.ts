import assert from 'node:assert/strict';
import { issueCertificate } from '@countersign/x509/issuance';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

const trusted = async (alias: string) => ({
  alias,
  certificate: (
    await issueCertificate({
      subject: `CN=${alias}`,
      keyType: 'EC-P256',
      days: 1,
      usage: 'ca',
      now: Date.now(),
    })
  ).certificate,
  added_at: 1_000,
});

onBothDatabases('trust stores', (test) => {
  test('are begun once, changed at their revision, and have each certificate and alias once', async ({
    storage,
  }) => {
    const { steps, read, heldBeside } = storage.trustStores;
    const [store, other] = [unique('truststore'), unique('group')];
    const [one, two] = [await trusted('One'), await trusted('two')];
    assert.equal((await read([store, other])).size, 0);
    assert.equal((await storage.commit([steps.takeOver(store, 1)])).outcome, 'committed');
    assert.equal((await storage.commit([steps.takeOver(store, 2)])).outcome, 'refused');
    assert.deepEqual((await read([store])).get(store), { store, revision: 1, entries: [] });

    const before = storage.registry.lastChange('trust store');
    const added = [steps.change(store, 1), steps.add(store, two), steps.add(store, one)];
    assert.equal((await storage.commit(added)).outcome, 'committed');
    assert.ok(storage.registry.lastChange('trust store') > before);
    assert.equal((await storage.commit([steps.change(store, 1)])).outcome, 'refused');
    const held = (await read([store, other])).get(store);
    assert.equal(held?.revision, 2);
    assert.deepEqual(
      held?.entries.map(({ alias, certificate, added_at }) => [alias, certificate.thumbprint, added_at]),
      [one, two].map(({ alias, certificate }) => [alias, certificate.thumbprint, 1_000]),
    );
    for (const taken of [
      one,
      { ...one, alias: 'other name' },
      { ...(await trusted('three')), alias: 'ONE' },
    ]) {
      assert.equal((await storage.commit([steps.add(store, taken)])).outcome, 'refused');
    }

    const { thumbprint } = one.certificate;
    assert.deepEqual(await heldBeside(store, [thumbprint]), new Set());
    await storage.commit([steps.takeOver(other, 1), steps.add(other, one)]);
    assert.deepEqual(
      await heldBeside(store, [thumbprint, two.certificate.thumbprint]),
      new Set([thumbprint]),
    );
    assert.equal((await storage.commit([steps.remove(store, thumbprint)])).outcome, 'committed');
    assert.equal((await storage.commit([steps.remove(store, thumbprint)])).outcome, 'refused');
    assert.equal((await read([other])).get(other)?.entries.length, 1);
  });

  test('of groups with the longest names are kept apart', async ({ storage }) => {
    const { steps, read } = storage.trustStores;
    const names = ['x', 'y'].map((end) => `${unique('trust_group.')}${'n'.repeat(2_000)}${end}`);
    await storage.commit(names.map((name) => steps.takeOver(name, 1)));
    const found = await read(names);
    assert.deepEqual([...found.keys()].toSorted(), names.toSorted());
  });

  test('an entry that cannot be read, or marks what must be understood, is left out and named', async ({
    storage,
    database,
  }) => {
    const { steps, read } = storage.trustStores;
    const store = unique('truststore');
    const [damaged, later, whole] = [
      await trusted('damaged'),
      await trusted('later'),
      await trusted('whole'),
    ];
    await storage.commit([
      steps.takeOver(store, 1),
      ...[damaged, later, whole].map((entry) => steps.add(store, entry)),
    ]);
    const where = (alias: string) => `where store = '${store}' and alias = '${alias}'`;
    await database.execute(`update trust_store_entry set certificate = 'AAAA' ${where('damaged')}`);
    await database.execute(
      `update trust_store_entry set further = '{"crit":["until"],"until":1}' ${where('later')}`,
    );
    assert.deepEqual(
      (await read([store])).get(store)?.entries.map(({ alias }) => alias),
      ['whole'],
    );
  });

  test('an edit of a file is taken up once, and forgotten at its end', async ({ storage }) => {
    const { takeUpEdit } = storage.trustStores.steps;
    const edit_id = unique('edit');
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, async () => (await storage.commit([takeUpEdit(edit_id, 10)])).outcome),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'committed').length, 1);
    await storage.sweep(11);
    assert.equal((await storage.commit([takeUpEdit(edit_id, 20)])).outcome, 'committed');
  });
});

onBothDatabases('nodes', (test) => {
  test('are known until their word expires or they leave', async ({ storage }) => {
    const node = unique('host:/home');
    const said = {
      ...{ node, host: 'host', home: '/home', version: '1', started_at: 1, seen_at: 1_000 },
      ...{ files: { 'plug-in x': 'ab' }, extra: [] },
    };
    const found = async (now: number) =>
      (await storage.nodes.list(now))
        .filter((each) => each.node === node)
        .map(({ seen_at, files }) => ({ seen_at, files }));
    await storage.nodes.report(said, 2_000);
    await storage.nodes.report({ ...said, seen_at: 1_500 }, 2_500);
    assert.deepEqual(await found(2_400), [{ seen_at: 1_500, files: said.files }]);
    assert.deepEqual(await found(2_500), []);
    await storage.sweep(2_500);
    assert.deepEqual(await found(0), []);
    await storage.nodes.report(said, 2_000);
    await storage.nodes.remove(node);
    assert.deepEqual(await found(0), []);
  });

  test('are forgotten while they are missing, and known again by what they say', async ({ storage }) => {
    const node = unique('host:/home');
    const said = {
      ...{ node, host: 'host', home: '/home', version: '1', started_at: 1, seen_at: 1_000 },
      ...{ files: {}, extra: [] },
    };
    const missing = async (now: number) =>
      (await storage.nodes.missing(now)).some((each) => each.node === node);
    const forget = async (now: number) =>
      (await storage.commit([storage.nodes.steps.forget(node, now)])).outcome;
    await storage.nodes.report(said, 900_000);
    assert.equal(await missing(60_999), false);
    assert.equal(await forget(60_999), 'refused', 'it may say something yet');
    assert.equal(await missing(61_000), true);
    assert.equal(await forget(61_000), 'committed');
    assert.equal(await missing(61_000), false);
    assert.equal(await forget(61_000), 'refused');
    await storage.nodes.report({ ...said, seen_at: 70_000 }, 900_000);
    assert.deepEqual(
      (await storage.nodes.list(70_001)).filter((each) => each.node === node).map(({ seen_at }) => seen_at),
      [70_000],
    );
    assert.equal(await forget(70_001), 'refused');
  });
});
