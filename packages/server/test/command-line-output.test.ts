import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import {
  countersignProgram,
  createUnstartedHome,
  programEnvironment,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';

const PROGRAM = countersignProgram();
const CLIENTS = 2_500;
const withoutBash = await missingProgram('bash', ['--version']);
/** Gives a program a terminal. */
const withoutScript = await missingProgram('script', ['--version']);

/** The environment without what says something of colours. */
const PLAIN: NodeJS.ProcessEnv = { ...programEnvironment() };
for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI']) delete PLAIN[name];

const ESCAPE = '\u001b';

describe('what the command line prints', () => {
  let home: TestHome;
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const command = (line: string) =>
    `${quoted(process.execPath)} ${quoted(PROGRAM)} ${line} --home ${quoted(home.home)}`;
  const shell = (script: string, environment: NodeJS.ProcessEnv = {}) =>
    runProgram('bash', ['-c', script], { env: { ...programEnvironment(), ...environment } });
  /** Both outputs as a person at a terminal gets them. */
  const atTerminal = async (line: string, environment: NodeJS.ProcessEnv = {}) => {
    const { stdout } = await runProgram('script', ['-qec', line, '/dev/null'], {
      env: { ...PLAIN, TERM: 'xterm', ...environment },
    });
    return stdout;
  };

  before(async () => {
    home = await createUnstartedHome({ logging: { format: 'pretty' } });
    const lines = Array.from({ length: CLIENTS }, (_, i) =>
      JSON.stringify({
        client_id: `client-${i}`,
        client_name: `client ${i} ${'x'.repeat(100)}`,
        grant_types: ['client_credentials'],
      }),
    );
    await writeFile(join(home.home, 'clients.jsonl'), lines.join('\n'));
    const added = await home.command('client', 'add', '--from', join(home.home, 'clients.jsonl'));
    assert.equal(added.code, 0, added.stderr);
    assert.equal(added.stderr, '', 'no progress in a pipe');
  });
  after(() => home?.remove());

  test('who reads a part of a list gets it, and nobody hears of it', { skip: withoutBash }, async () => {
    const help = `${quoted(process.execPath)} ${quoted(PROGRAM)} client add --help`;
    const lists = ['client list', 'client list --json', 'events --limit 1000'].map(command);
    for (const line of [...lists, help]) {
      // Whoever reads nothing is gone for certain by the time there is something.
      const { stdout, stderr } = await shell(
        `${line} | head -n 1; echo "\${PIPESTATUS[0]}"; ${line} | true; echo "\${PIPESTATUS[0]}"`,
      );
      assert.equal(stderr, '', line);
      const [first, code, unread] = stdout.trim().split('\n');
      assert.ok(first, line);
      // Help is short enough to be written before its reader goes.
      assert.ok(code === '141' || (line === help && code === '0'), stdout);
      assert.equal(unread, '141', stdout);
    }
  });

  test('what is piped is whole, however slowly it is read', { skip: withoutBash }, async () => {
    const { stdout } = await shell(`${command('client list --json')} | { sleep 1; cat; }`);
    assert.ok(stdout.length > 256 * 1024, String(stdout.length));
    const listed: unknown = JSON.parse(stdout);
    assert.ok(Array.isArray(listed));
    assert.equal(listed.length, CLIENTS);
  });

  test('a disk that is full is told of', { skip: withoutBash }, async () => {
    const { stdout, stderr } = await shell(`${command('client list')} > /dev/full; echo $?`);
    assert.equal(stdout, '1\n');
    assert.match(stderr, /^countersign: the result cannot be written: .*ENOSPC/);
  });

  test('with --json what went wrong is one JSON object on standard error, of the same exit code', async () => {
    const cases: readonly [readonly string[], number, object][] = [
      [
        ['client', 'show', 'nobody', '--json'],
        1,
        { error: 'refused', error_description: 'no client is registered under nobody' },
      ],
      [
        ['client', 'list', '--nonsense', '--json'],
        2,
        { error: 'usage', error_description: "unknown option '--nonsense'" },
      ],
      [
        ['client', 'lst', '--json'],
        2,
        { error: 'usage', error_description: "unknown command 'lst' (Did you mean list?)" },
      ],
      [['client', 'add', '--json'], 2, { error: 'usage', error_description: '--client-name is missing' }],
      [
        ['client', 'show', '--json'],
        2,
        { error: 'usage', error_description: "missing required argument 'client_id'" },
      ],
    ];
    for (const [args, code, told] of cases) {
      const ended = await home.command(...args);
      assert.deepEqual([ended.code, ended.stdout], [code, ''], args.join(' '));
      assert.match(ended.stderr, /^\{[^\n]*\}\n$/);
      assert.deepEqual(JSON.parse(ended.stderr), told);
    }
  });

  test('progress is shown at a terminal after a second, when asked for, and not otherwise', {
    skip: withoutScript,
  }, async () => {
    const backup = (name: string) => join(home.home, name);
    const asked = await home.command('backup', backup('asked.backup'), '--progress');
    assert.match(asked.stderr, /^client: \d+ rows$/m);
    assert.doesNotMatch(asked.stdout, /^client: /m);
    const silent = await home.command('backup', backup('silent.backup'));
    assert.equal(silent.stderr, '');
    const json = await home.command('client', 'list', '--json');
    assert.equal(json.stderr, '');
    // Removing them one by one takes more than a second, and each line may be shown.
    const ids = join(home.home, 'ids.txt');
    await writeFile(ids, Array.from({ length: CLIENTS }, (_, i) => `client-${i}`).join('\n'));
    const shown = await atTerminal(
      `${command(`client remove --from ${quoted(ids)}`)} > ${quoted(join(home.home, 'removed.txt'))}`,
    );
    assert.match(shown, new RegExp(`\r${ESCAPE}\\[Klines: \\d+`));
    assert.ok(shown.trimEnd().endsWith(`\r${ESCAPE}[K`), 'the line is left to what follows');
    const removed = await readFile(join(home.home, 'removed.txt'), 'utf8');
    assert.equal(removed.trim().split('\n').length, CLIENTS);
  });

  test('the log has colours on a terminal alone, unless NO_COLOR or FORCE_COLOR says otherwise', {
    skip: withoutScript,
  }, async () => {
    const ready = join(home.home, 'ready');
    /** What a server prints from its start to its end, which its log tells of. */
    const logOf = async (environment: NodeJS.ProcessEnv, isTerminal: boolean) => {
      await rm(ready, { force: true });
      const line = `${command('serve')} & while ! [ -e ${quoted(ready)} ]; do sleep 0.1; done; kill -TERM $!; wait $!`;
      const [program, args] = isTerminal
        ? ['script', ['-qefc', `bash -c ${quoted(line)}`, '/dev/null']]
        : ['bash', ['-c', line]];
      const child = spawn(program, args, {
        env: { ...PLAIN, TERM: 'xterm', ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
        if (/listening on/.test(output)) writeFileSync(ready, '');
      });
      await once(child, 'close');
      assert.match(output, /stopping/);
      return output;
    };
    const coloured = new RegExp(`${ESCAPE}\\[\\d+mstopping`);
    assert.match(await logOf({}, true), coloured);
    assert.doesNotMatch(await logOf({ NO_COLOR: '1' }, true), coloured);
    assert.doesNotMatch(await logOf({}, false), coloured);
    assert.match(await logOf({ FORCE_COLOR: '1' }, false), coloured);
  });
});
