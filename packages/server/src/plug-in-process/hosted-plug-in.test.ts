import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ExportsNoPlugIn,
  HostedPlugIn,
  type PlugInLimits,
  type PlugInReport,
  PlugInUnavailable,
} from './hosted-plug-in.ts';
import type { Question } from './messages.ts';

/** Does what the assertion says. */
const OBEDIENT = `
import { closeSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const accept = (client_id) => ({ outcome: 'accepted', client_id });
const keep = [];
export default {
  name: 'obedient',
  async authenticate({ client_assertion: command }, { argument }) {
    switch (command) {
      case 'pid': return accept(String(process.pid));
      case 'slow': return pause(400, accept(String(process.pid)));
      case 'block': while (true);
      case 'hang': return new Promise(() => {});
      case 'throw later': setTimeout(() => { throw new Error('thrown in a timer'); }, 10); break;
      case 'reject': Promise.reject(new Error('rejected unheard')); break;
      case 'exit': process.exit(3);
      case 'heap': while (true) keep.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
      case 'buffers': while (true) keep.push(Buffer.alloc(4e6, 1));
      case 'close': closeSync(3); break;
      case 'scribble': writeSync(3, '{"say":"answered"}\\n'); break;
      case 'flood channel': for (let index = 0; index < 600; index++) writeSync(3, 'x'.repeat(10_000)); break;
      case 'kill': process.kill(process.pid, 'SIGKILL'); break;
      case 'print': for (let index = 0; index < 5000; index++) console.log('line', index); break;
      case 'environment': return accept(Object.keys(process.env).sort().join());
      case 'huge': return accept('x'.repeat(argument));
      case 'reason': return { outcome: 'refused', reason: 'y'.repeat(argument) };
      case 'list': return { outcome: 'accepted', client_id: ['a'], more: process };
      case 'stranger': throw { get message() { throw new Error('no'); }, toString() { throw new Error('never'); } };
    }
    return { outcome: 'passed' };
  },
};
`;

const LIMITS: PlugInLimits = { memoryLimit: 64, timeLimit: 1000, environment: [], loadLimit: 10_000 };

/** What was reported, and when it will be. */
function createWitness() {
  const failures: { cause: string; nextInMs: number; serves: boolean }[] = [];
  const lines: string[] = [];
  let starts = 0;
  const report: PlugInReport = {
    failed: (failure) => failures.push(failure),
    started: () => {
      starts += 1;
    },
    printed: (line) => lines.push(line),
  };
  return { failures, lines, report, starts: () => starts };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    assert.ok(turns < 1500, `never: ${what}`);
    await pause(20);
  }
}

const isGone = (pid: unknown): boolean => {
  try {
    return !process.kill(Number(pid), 0);
  } catch {
    return true;
  }
};

const question = (command: string, properties: Readonly<Record<string, unknown>> = {}): Question => ({
  ask: 'authenticate',
  properties,
  request: {
    client_id: undefined,
    client_assertion: command,
    client_assertion_type: undefined,
    client_secret: undefined,
    remote_address: '127.0.0.1',
    endpoint: 'https://localhost/oauth2/token',
    certificate: undefined,
  },
});

describe('a plug-in in a process of its own', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  const open: HostedPlugIn[] = [];

  const start = async (limits: Partial<PlugInLimits> = {}, name = 'obedient.mjs') => {
    const witness = createWitness();
    const { hosted } = await HostedPlugIn.start(file(name), { ...LIMITS, ...limits }, witness.report);
    open.push(hosted);
    const ask = (command: string, properties?: Readonly<Record<string, unknown>>) =>
      hosted.ask(question(command, properties));
    const pid = async (command = 'pid') => {
      const verdict = await ask(command);
      assert.ok(typeof verdict === 'object' && verdict !== null && 'client_id' in verdict);
      return verdict.client_id;
    };
    return { hosted, ask, pid, ...witness };
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-plug-in-'));
    await writeFile(file('obedient.mjs'), OBEDIENT);
  });
  after(async () => {
    await Promise.all(open.map((hosted) => hosted.close()));
    await rm(folder, { recursive: true, force: true });
  });

  test('one that blocks is killed at its limit; what it had not begun the next process answers', async () => {
    const { ask, pid, failures } = await start({ timeLimit: 3000 });
    const first = await pid();
    let isBlocked = true;
    const blocked = assert
      .rejects(ask('block'), { name: 'Error', message: 'no verdict within 3000 ms' })
      .then(() => {
        isBlocked = false;
      });
    await pause(2800);
    assert.ok(isBlocked, 'and this process is not');
    assert.notEqual(await pid(), first);
    await blocked;
    await until('the first is gone', () => isGone(first));
    assert.match(failures[0]?.cause ?? '', /not answered within 3000 ms, and its process is blocked/);
  });

  test('what it had begun may have done something, and is not asked again', async () => {
    const { ask, failures } = await start();
    const begun = ask('slow');
    await assert.rejects(Promise.all([begun, ask('exit')]), {
      name: 'PlugInUnavailable',
      message: 'its process exited with code 3',
    });
    await assert.rejects(begun, PlugInUnavailable);
    assert.equal(failures.length, 1);
  });

  test('a call that waits for ever disturbs no other, and its process is replaced', async () => {
    const { ask, pid, failures } = await start();
    const first = await pid();
    const hanging = assert.rejects(ask('hang'), /no verdict within 1000 ms/);
    await pause(700);
    assert.equal(await pid('slow'), first);
    await hanging;
    await until('the first is gone', () => isGone(first));
    assert.notEqual(await pid(), first);
    assert.deepEqual(failures, [
      { cause: 'a call was not answered within 1000 ms', nextInMs: 0, serves: true },
    ]);
  });

  for (const [command, cause] of [
    ['throw later', /^it threw where nobody waited: Error: thrown in a timer\n.*obedient\.mjs/s],
    ['reject', /^a promise nobody waited for was rejected: Error: rejected unheard/],
    ['exit', /^its process exited with code 3$/],
    ['heap', /^its process ran out of memory \(memory_limit = 64\)$/],
    ['buffers', /^its process ran out of memory \(memory_limit = 64\)$/],
    ['close', /^(it closed its channel to the server|its process exited with code 0)$/],
    ['scribble', /^it wrote to its channel to the server$/],
    ['flood channel', /^it wrote to its channel to the server$/],
    ['kill', /^its process was ended by SIGKILL$/],
  ] as const) {
    test(`${command}: the process ends, another takes its place`, async () => {
      const { ask, pid, failures, starts } = await start({ timeLimit: 20_000 });
      const first = await pid();
      await ask(command).catch((error) => assert.ok(error instanceof PlugInUnavailable));
      await until('the failure is told', () => failures.length === 1);
      assert.match(failures[0]?.cause ?? '', cause);
      assert.notEqual(await pid(), first);
      await until('the first is gone', () => isGone(first));
      assert.equal(starts(), 2);
    });
  }

  test('answers that no server should hold are refused, or cut, where they are made', async () => {
    const { ask, pid, failures } = await start({ timeLimit: 20_000, memoryLimit: 256 });
    const first = await pid();
    await assert.rejects(
      ask('huge', { argument: 1e8 }),
      /^Error: client_id has 100000000 characters, more than 65536/,
    );
    await assert.rejects(ask('list'), /client_id is a value of type object/);
    await assert.rejects(ask('stranger'), /^Error: something that cannot be told$/);
    assert.deepEqual(await ask('reason', { argument: 1e7 }), {
      outcome: 'refused',
      reason: 'y'.repeat(2000),
    });
    assert.equal(await pid(), first);
    assert.deepEqual(failures, []);
  });

  test('what it prints is told within bounds', async () => {
    const { ask, lines } = await start({ timeLimit: 20_000 });
    await ask('print');
    await until('the rest is counted', () => lines.some((line) => /^… and \d+ lines more$/.test(line)));
    assert.equal(lines[0], 'line 0');
    assert.ok(lines.length < 50, `${lines.length} lines`);
  });

  test('a flood of calls is answered, or refused where it is too much at once', async () => {
    const { ask, pid, failures } = await start({ timeLimit: 20_000 });
    const first = await pid();
    const calls = await Promise.allSettled(Array.from({ length: 1500 }, () => ask('pass')));
    const refused = calls.flatMap((call) => (call.status === 'rejected' ? [String(call.reason)] : []));
    assert.equal(refused.length, 500);
    assert.match(refused[0] ?? '', /^PlugInUnavailable: 1000 calls of the plug-in are under way/);
    assert.equal(await pid(), first);
    assert.deepEqual(failures, []);
  });

  test('it sees of the environment what programs need and what it was handed', async () => {
    process.env.COUNTERSIGN_TEST_SECRET = 'secret';
    process.env.COUNTERSIGN_TEST_HANDED = 'handed';
    const { pid } = await start({ environment: ['COUNTERSIGN_TEST_HANDED'] });
    const names = String(await pid('environment')).split(',');
    assert.ok(names.includes('PATH') && names.includes('COUNTERSIGN_TEST_HANDED'));
    assert.ok(!names.includes('COUNTERSIGN_TEST_SECRET'));
  });

  for (const [what, source, cause] of [
    ['loops', 'while (true);', /^Error: it was not loaded within 2000 ms$/],
    ['waits', 'await new Promise(() => {});', /^Error: it was not loaded within 2000 ms$/],
    ['exits', 'process.exit(0);', /^Error: its process exited with code 0$/],
    ['throws', 'throw new Error("no luck");', /^Error: no luck$/],
    ['throws nothing', 'throw undefined;', /^Error: undefined$/],
    ['takes memory', 'const a = []; while (true) a.push({ a });', /^Error: its process ran out of memory/],
    ['exports nothing', 'export const name = "x";', ExportsNoPlugIn],
  ] as const) {
    test(`a file that ${what} is not loaded`, async () => {
      await writeFile(file('other.mjs'), source);
      const loadLimit = cause instanceof RegExp && cause.source.includes('2000') ? 2000 : 20_000;
      await assert.rejects(start({ loadLimit }, 'other.mjs'), cause);
    });
  }

  test('one that fails again and again is tried again after growing waits', async () => {
    await writeFile(file('changing.mjs'), OBEDIENT);
    const { ask, pid, failures } = await start({}, 'changing.mjs');
    await writeFile(file('changing.mjs'), 'throw new Error("half written");');
    await assert.rejects(ask('exit'), PlugInUnavailable);
    await until('another is tried', () => failures.length === 2);
    await assert.rejects(ask('pass'), {
      name: 'PlugInUnavailable',
      message: 'the plug-in is started again in 1 s: half written',
    });
    await writeFile(file('changing.mjs'), OBEDIENT.replace("'obedient'", "'another'"));
    await until('a third is tried', () => failures.length === 3);
    await writeFile(file('changing.mjs'), OBEDIENT);
    assert.deepEqual(
      failures.map(({ cause, nextInMs, serves }) => [cause, Math.ceil(nextInMs / 1000), serves]),
      [
        ['its process exited with code 3', 0, false],
        ['half written', 1, false],
        ['its file has become another plug-in, or none', 2, false],
      ],
    );
    await pause(2000);
    assert.ok(await pid());
  });

  test('what is closed has no process', async () => {
    const { hosted, ask, pid } = await start({ timeLimit: 20_000 });
    const first = await pid();
    const blocked = assert.rejects(ask('block'), PlugInUnavailable);
    await hosted.close();
    await blocked;
    assert.ok(isGone(first));
    await assert.rejects(ask('pass'), { name: 'PlugInUnavailable', message: 'the server stops' });
  });
});
