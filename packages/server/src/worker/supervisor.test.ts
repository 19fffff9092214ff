import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { createChannel } from './channel.ts';
import type { AskedOfSupervisor, AskedOfWorker } from './questions.ts';
import { type ServingWorker, Supervisor, type WorkerNews, type WorkerProcess } from './supervisor.ts';

const nothing = () => undefined;
const unused = (): never => assert.fail('nobody asks for it');

const SERVING: ServingWorker = {
  join: () => ({ audit_writable: true }),
  write: unused,
  audit: unused,
  turn: unused,
  outbound: unused,
  leave: nothing,
  waiting_request: nothing,
  tally: nothing,
  renew_tickets: nothing,
  session_chain: nothing,
  writing: nothing,
  written: nothing,
};

/** What the next process to be started does. */
type Fate = 'serves' | 'fails' | 'hangs';

/** A supervisor of processes that are none, whose fates the test decides. */
function supervised(count: number, fates: Fate[] = []) {
  const news: WorkerNews[] = [];
  const alive = new Map<number, (how: string) => void>();
  const ended: number[] = [];
  const left: number[] = [];
  let last = 0;
  let gaveUp: Error | undefined;
  let startedAtOnce = 0;
  const start = (): WorkerProcess => {
    const number = ++last;
    const fate = fates.shift() ?? 'serves';
    let listeners: ((how: string) => void)[] = [];
    const here: ((message: unknown) => void)[] = [];
    const there: ((message: unknown) => void)[] = [];
    const to = (others: typeof here) => (message: object) =>
      void setImmediate().then(() => {
        for (const listener of others) listener(message);
      });
    const exit = (how: string) => {
      const told = listeners;
      listeners = [];
      alive.delete(number);
      for (const listener of told) listener(how);
    };
    alive.set(number, exit);
    startedAtOnce = Math.max(startedAtOnce, alive.size);
    const worker = createChannel<AskedOfSupervisor, AskedOfWorker>(
      { send: to(here), onMessage: (listener) => void there.push(listener) },
      {
        end() {
          ended.push(number);
          void setImmediate().then(() => exit('ended'));
          return undefined;
        },
        metrics: () => [],
        audit_writable: nothing,
        tally: nothing,
        tickets: nothing,
        session_chain: nothing,
        look: nothing,
      },
    );
    if (fate === 'serves') worker.tell('ready', undefined);
    if (fate === 'fails') {
      void worker.ask('failed', { message: 'the port is in use' }).then(() => exit('exited with 1'));
    }
    return {
      number,
      pid: undefined,
      line: { send: to(there), onMessage: (listener) => void here.push(listener) },
      kill: () => void setImmediate().then(() => exit('was killed')),
      onExit: (listener) => void listeners.push(listener),
    };
  };
  const supervisor = new Supervisor({
    count,
    start,
    serve: () => SERVING,
    left: ({ number }) => void left.push(number),
    report: (each) => void news.push(each),
    waits: nothing,
    gaveUp(error) {
      gaveUp = error;
    },
    rollGraceMs: () => 0,
    timing: { start: 200, backOff: 1, longestBackOff: 5, steady: 10_000 },
  });
  return {
    supervisor,
    news,
    alive,
    ended,
    left,
    fates,
    gaveUp: () => gaveUp,
    most: () => startedAtOnce,
    kill: (number: number) => alive.get(number)?.('was killed by SIGKILL'),
    until: async (holds: () => boolean) => {
      for (let turns = 0; !holds(); turns++) {
        assert.ok(turns < 2_000, 'it never holds');
        await delay(1);
      }
    },
  };
}

test('all serve once they have begun, and end with their supervisor', async () => {
  const { supervisor, ended, alive, left } = supervised(3);
  await supervisor.begin();
  assert.equal(supervisor.serving(), 3);
  await supervisor.end(0);
  assert.deepEqual(ended, [1, 2, 3]);
  assert.equal(alive.size, 0);
  assert.deepEqual(left, [1, 2, 3]);
});

test('the first that does not start ends the start with its own message, and no other is tried', async () => {
  const { supervisor, most } = supervised(3, ['fails']);
  await assert.rejects(supervisor.begin(), /the port is in use/);
  assert.equal(most(), 1);
});

test('one that is not ready in time does not start', async () => {
  const { supervisor, alive } = supervised(1, ['hangs']);
  await assert.rejects(supervisor.begin(), /not ready within 0\.2 seconds/);
  assert.equal(alive.size, 0);
});

test('one that dies is replaced, also where that takes several starts', async () => {
  const { supervisor, kill, until, news, fates } = supervised(2);
  await supervisor.begin();
  fates.push('fails', 'fails');
  kill(1);
  assert.equal(supervisor.serving(), 1);
  await until(() => supervisor.serving() === 2);
  assert.deepEqual(
    news.map(({ what }) => what),
    ['serves', 'serves', 'ended', 'not started', 'not started', 'serves'],
  );
  await supervisor.end(0);
});

test('it gives up where nothing serves and nothing starts, and says why', async () => {
  const { supervisor, kill, until, gaveUp, fates } = supervised(1);
  await supervisor.begin();
  fates.push(...Array.from({ length: 20 }, () => 'fails' as const));
  kill(1);
  await until(() => gaveUp() !== undefined);
  assert.match(gaveUp()?.message ?? '', /the port is in use/);
});

test('it does not give up while another one serves', async () => {
  const { supervisor, kill, until, gaveUp, fates, news } = supervised(2);
  await supervisor.begin();
  fates.push(...Array.from({ length: 15 }, () => 'fails' as const));
  kill(1);
  await until(() => supervisor.serving() === 2);
  assert.equal(gaveUp(), undefined);
  assert.equal(news.filter(({ what }) => what === 'not started').length, 15);
  await supervisor.end(0);
});

test('a roll replaces one after the other: never fewer serve', async () => {
  const { supervisor, ended, most, news } = supervised(2);
  await supervisor.begin();
  await supervisor.roll();
  assert.deepEqual(ended, [1, 2]);
  assert.equal(supervisor.serving(), 2);
  assert.equal(most(), 3);
  assert.deepEqual(
    news.map(({ what }) => what),
    ['serves', 'serves', 'serves', 'serves'],
  );
  await supervisor.end(0);
});

test('whoever asks for a roll during one gets another after it, all of them one', async () => {
  const { supervisor, ended, most } = supervised(2);
  await supervisor.begin();
  await Promise.all([supervisor.roll(), supervisor.roll(), supervisor.roll()]);
  assert.deepEqual(ended, [1, 2, 3, 4]);
  assert.equal(most(), 3);
  await supervisor.end(0);
});

test('a roll stops at the first that does not start, and those of before go on', async () => {
  const { supervisor, ended, news, fates } = supervised(2);
  await supervisor.begin();
  fates.push('fails');
  await supervisor.roll();
  assert.deepEqual(ended, []);
  assert.equal(supervisor.serving(), 2);
  assert.deepEqual(news.slice(2), [{ what: 'roll stopped', why: 'the port is in use' }]);
  await supervisor.end(0);
});
