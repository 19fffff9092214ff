import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { runProgram } from '../../packages/server/test/countersign-process.ts';
import { missingProgram } from '../../packages/server/test/installed-program.ts';

const UNIT = resolve(import.meta.dirname, '../systemd/countersign.service');
const PROGRAM = '/usr/local/bin/countersign';
const HERE = resolve(import.meta.dirname, '../../packages/server/bin/countersign.mjs');

describe('the unit', { skip: await missingProgram('systemd-analyze', ['--version']) }, () => {
  let folder: string;
  let file: string;
  let text: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-unit-'));
    file = join(folder, 'countersign.service');
    text = await readFile(UNIT, 'utf8');
    assert.ok(text.includes(`ExecStart=${PROGRAM} serve`));
    // A program that is not there is the one thing that cannot be right on a machine without it.
    text = text.replace(PROGRAM, HERE);
    await writeFile(file, text);
  });
  after(() => rm(folder, { recursive: true }));

  test('has nothing that systemd-analyze verify tells of', async () => {
    assert.deepEqual(await runProgram('systemd-analyze', ['verify', file]), {
      code: 0,
      stdout: '',
      stderr: '',
    });
    await writeFile(file, text.replace('ProtectHome=', 'ProtectHomes='));
    assert.match((await runProgram('systemd-analyze', ['verify', file])).stderr, /ProtectHomes/);
    await writeFile(file, text);
  });

  test('exposes less than 2.5 of 10', async (context) => {
    const analyse = () =>
      runProgram('systemd-analyze', ['security', '--offline=true', '--no-pager', '--threshold=25', file]);
    const { code, stdout } = await analyse();
    assert.equal(code, 0, stdout);
    const [, exposure = ''] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? [];
    context.diagnostic(`exposure ${exposure}`);
    assert.ok(Number(exposure) < 2.5 && Number(exposure) > 0);
    await writeFile(file, text.replace(/^(Protect|Private|Restrict|System|Capability).*\n/gm, ''));
    assert.notEqual((await analyse()).code, 0);
    await writeFile(file, text);
  });
});
