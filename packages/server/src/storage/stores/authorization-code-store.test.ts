import assert from 'node:assert/strict';
import { code, OtherProcess, onBothDatabases } from '../../../test/storage-contract.ts';

onBothDatabases('authorization codes', (test) => {
  test('50 parallel uses: one redeems the code, the others learn its grant', async ({
    storage,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const issued = code(client_id);
    await storage.authorizationCodes.insert(issued);
    assert.deepEqual(await storage.authorizationCodes.find(issued.code_sha256), issued);
    const redemptions = await Promise.all(
      Array.from({ length: 50 }, () => storage.authorizationCodes.redeem(issued.code_sha256, 2_000)),
    );
    const outcomes = redemptions.map(({ outcome }) => outcome).toSorted();
    assert.deepEqual(outcomes, ['redeemed', ...Array(49).fill('reused')]);
    for (const redemption of redemptions) {
      assert(redemption.outcome !== 'unknown');
      assert.deepEqual(redemption.item, issued);
    }
    const used = await storage.authorizationCodes.find(issued.code_sha256);
    assert.deepEqual(used, { ...issued, used_at: 2_000 });
    assert.equal(await storage.authorizationCodes.find('absent'), undefined);
    assert.deepEqual(await storage.authorizationCodes.redeem('absent', 1), { outcome: 'unknown' });
  });

  test('50 uses from two processes: one redeems the code', async ({ storage, database, insertedClient }) => {
    const { client_id } = await insertedClient();
    const issued = code(client_id);
    await storage.authorizationCodes.insert(issued);
    const processes = [1, 2].map(() => new OtherProcess('redeem', database.options, issued.code_sha256));
    for (const each of processes) await each.hasSaid(1);
    for (const each of processes) each.go();
    const said = (await Promise.all(processes.map((each) => each.end()))).flat();
    assert.deepEqual(said.toSorted(), [...Array(2).fill('ready'), 'redeemed', ...Array(49).fill('reused')]);
  });
});
