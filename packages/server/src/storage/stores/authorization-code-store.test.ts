import assert from 'node:assert/strict';
import { code, OtherProcess, onBothDatabases } from '../../../test/storage-contract.ts';

onBothDatabases('authorization codes', (test) => {
  test('50 parallel uses: one unit redeems the code', async ({ storage, insertedClient }) => {
    const { client_id } = await insertedClient();
    const issued = code(client_id);
    await storage.authorizationCodes.insert(issued);
    assert.deepEqual(await storage.authorizationCodes.find(issued.code_sha256), issued);
    const redeemed = (code_sha256: string) =>
      storage.commit([storage.authorizationCodes.steps.redeem(code_sha256, 2_000)]);
    const units = await Promise.all(Array.from({ length: 50 }, () => redeemed(issued.code_sha256)));
    const refused = { outcome: 'refused', condition: 'the authorization code is unused' };
    assert.equal(units.filter(({ outcome }) => outcome === 'committed').length, 1);
    for (const unit of units) if (unit.outcome === 'refused') assert.deepEqual(unit, refused);
    const used = await storage.authorizationCodes.find(issued.code_sha256);
    assert.deepEqual(used, { ...issued, used_at: 2_000 });
    assert.equal(await storage.authorizationCodes.find('absent'), undefined);
    assert.deepEqual(await redeemed('absent'), refused);
  });

  test('50 uses from two processes: one redeems the code', async ({ storage, database, insertedClient }) => {
    const { client_id } = await insertedClient();
    const issued = code(client_id);
    await storage.authorizationCodes.insert(issued);
    const processes = [1, 2].map(() => new OtherProcess('redeem', database.options, issued.code_sha256));
    for (const each of processes) await each.hasSaid(1);
    for (const each of processes) each.go();
    const said = (await Promise.all(processes.map((each) => each.end()))).flat();
    assert.deepEqual(said.toSorted(), ['committed', ...Array(2).fill('ready'), ...Array(49).fill('refused')]);
  });
});
