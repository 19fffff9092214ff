import assert from 'node:assert/strict';
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { COMPILED, compiledMain, INSTALLED, madeFile } from '../../../tools/compiled-clone.mjs';
import { runProgram } from './countersign-process.ts';

const CLONE = resolve(import.meta.dirname, '../../..');
const SERVER = 'packages/server';
const NO_WARNINGS = '--disable-warning=ExperimentalWarning';

/** What a copy of the clone needs for its server to be compiled and run. */
const COPIED = ['package.json', 'tools', `${SERVER}/bin`, `${SERVER}/src`, `${SERVER}/package.json`];

describe('the server of a clone, as npm install compiles it', () => {
  let clone: string;
  const run = (...args: readonly string[]) =>
    runProgram(process.execPath, [NO_WARNINGS, ...args], {
      cwd: clone,
      env: { ...process.env, COUNTERSIGN_HOME: join(clone, 'no-home') },
    });
  const compile = async () => {
    const { code, stdout, stderr } = await run('tools/compile-clone.ts');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    return stdout;
  };
  const version = async () => (await run(`${SERVER}/bin/countersign.mjs`, '--version')).stdout;
  const source = () => join(clone, SERVER, 'src/main.ts');

  before(async () => {
    clone = await mkdtemp(join(tmpdir(), 'countersign-clone-'));
    for (const path of COPIED) await cp(join(CLONE, path), join(clone, path), { recursive: true });
    // Not as a whole: the copy keeps compiled code of its own, and says itself when it was installed.
    await mkdir(join(clone, 'node_modules'));
    for (const name of await readdir(join(CLONE, 'node_modules'))) {
      if (!name.startsWith('.'))
        await symlink(join(CLONE, 'node_modules', name), join(clone, 'node_modules', name));
    }
    await writeFile(join(clone, INSTALLED), '{}');
    await compile();
  });
  after(() => rm(clone, { recursive: true }));

  test('is what the command runs', async () => {
    const main = compiledMain(clone);
    assert.ok(main);
    assert.ok(main.startsWith(join(clone, COMPILED)));
    const printed = await version();
    assert.match(printed, /^\d+\.\d+\.\d+\n$/);
    await writeFile(main, 'process.stdout.write("compiled\\n");');
    assert.equal(await version(), 'compiled\n');
    await compile();
    assert.equal(await version(), printed);
  });

  test('is left for the sources once one of them is another', async () => {
    await appendFile(source(), 'process.stdout.write("source\\n");\n');
    assert.equal(compiledMain(clone), undefined);
    assert.match(await version(), /^source\n/);
    await compile();
    assert.match(await version(), /^source\n/);
    assert.ok(compiledMain(clone));
  });

  test('is left for the sources once something else is installed, or it is damaged or gone', async () => {
    const earlier = new Date(Date.now() - 60_000);
    await utimes(join(clone, INSTALLED), earlier, earlier);
    assert.equal(compiledMain(clone), undefined);
    await compile();
    const main = compiledMain(clone);
    assert.ok(main);
    await rm(main);
    assert.equal(compiledMain(clone), undefined);
    await compile();
    await writeFile(madeFile(clone), '{"main": ');
    assert.equal(compiledMain(clone), undefined);
    assert.match(await version(), /^source\n/);
  });

  test('is not made of a source that is changed meanwhile', async () => {
    const future = new Date(Date.now() + 60_000);
    await utimes(source(), future, future);
    assert.match(await compile(), /main\.ts was changed meanwhile/);
    assert.equal(compiledMain(clone), undefined);
  });

  test('is not made of sources that cannot be, which npm install survives', async () => {
    await appendFile(source(), 'import "./not-there.ts";\n');
    assert.match(await compile(), /^The server was not compiled, so that it starts from its sources: /);
    assert.equal(compiledMain(clone), undefined);
  });
});
