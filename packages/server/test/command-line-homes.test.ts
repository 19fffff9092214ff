import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { countersignProgram, type Finished, programEnvironment, runProgram } from './countersign-process.ts';

const PROGRAM = countersignProgram();

/** One call of each command that needs a home; what is wrong with it otherwise does not come into question. */
const NEEDS_HOME: readonly (readonly string[])[] = [
  ['client', 'list'],
  ['client', 'add', '--client-name', 'x'],
  ['client', 'remove', 'x'],
  ['user', 'list'],
  ['user', 'add', 'x'],
  ['group', 'list'],
  ['group', 'add', 'x'],
  ['role', 'show', 'x'],
  ['truststore', 'list'],
  ['truststore', 'export', 'x'],
  ['truststore', 'remove', 'x'],
  ['certificate', 'issue', '--subject', 'CN=x', '--out', 'x', '--client-name', 'x'],
  ['certificate', 'issue', '--subject', 'CN=x', '--out', 'x', '--ca'],
  ['registration-token', 'list'],
  ['keys', 'list'],
  ['keys', 'rotate'],
  ['explain', 'AAAA-AAAA-AA'],
  ['events'],
  ['events', '--follow'],
  ['audit', 'verify'],
  ['doctor'],
  ['backup', 'made.backup'],
  ['confirm'],
  ['migrate'],
];

describe('a folder that is no home', () => {
  let folder: string;
  const run = (
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    cwd = folder,
  ): Promise<Finished> =>
    runProgram(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { ...programEnvironment(), COUNTERSIGN_HOME: '', ...environment },
    });
  const assertRefused = ({ code, stdout, stderr }: Finished, message: RegExp) => {
    assert.equal(code, 1, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /);
  };

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'countersign-no-home-')));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('every command but those that make one refuses it, and makes nothing', async () => {
    for (const args of NEEDS_HOME) {
      const wrong = join(folder, 'mistyped');
      assertRefused(
        await run([...args, '--home', 'mistyped']),
        new RegExp(
          `^countersign: ${wrong} does not exist \\(named by --home\\)\\. No other home is near; .*init`,
        ),
      );
      assert.deepEqual(await readdir(folder), [], args.join(' '));
    }
  });

  test('the refusal tells how the folder was found, and what it is', async () => {
    assertRefused(
      await run(['client', 'list']),
      /countersign-home does not exist \(the default, for neither/,
    );
    assertRefused(
      await run(['client', 'list'], { COUNTERSIGN_HOME: 'of-environment' }),
      /of-environment does not exist \(named by COUNTERSIGN_HOME\)/,
    );
    await writeFile(join(folder, 'file'), '');
    assertRefused(await run(['doctor', '--home', 'file']), /file is a file and no home folder/);
    await mkdir(join(folder, 'empty'));
    assertRefused(
      await run(['doctor', '--home', 'empty']),
      /empty is no home folder: it has no repository\/conf\/deployment\.toml/,
    );
    const json = await run(['user', 'list', '--home', 'empty', '--json']);
    assert.deepEqual([json.code, json.stdout], [1, '']);
    const told = JSON.parse(json.stderr);
    assert.deepEqual(Object.keys(told), ['error', 'error_description']);
    assert.equal(told.error, 'no_home');
    assert.deepEqual(await readdir(join(folder, 'empty')), []);
  });

  test('the nearest home is named: one beside it that is spelled alike, or the one above', async () => {
    const conf = join(folder, 'work/countersign-home/repository/conf');
    await mkdir(conf, { recursive: true });
    await copyFile('/dev/null', join(conf, 'deployment.toml'));
    const home = join(folder, 'work/countersign-home');
    const alike = await run(['client', 'list', '--home', 'work/countersing-home']);
    assertRefused(alike, new RegExp(`The nearest home is ${home}: --home ${home}$`, 'm'));
    const below = await run(['client', 'list', '--home', 'other'], {}, dirname(home));
    assertRefused(below, new RegExp(`The nearest home is ${home}: `));
  });

  test('what needs no home asks for none', async () => {
    const made = await run([
      'certificate',
      'issue',
      '--subject',
      'CN=free',
      '--out',
      'free',
      '--home',
      'none',
    ]);
    assert.equal(made.code, 0, made.stderr);
    const read = await run(['certificate', 'inspect', 'free.pem', '--home', 'none']);
    assert.match(read.stdout, /^subject +CN=free$/m);
    assert.ok(!(await readdir(folder)).includes('none'));
  });
});
