import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { after, before, describe } from 'node:test';
import {
  countersignProgram,
  createUnstartedHome,
  programEnvironment,
  type TestHome,
} from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { eventually } from './eventually.ts';
import { post } from './token-client.ts';

const PROGRAM = countersignProgram();

type Followed = {
  readonly lines: () => readonly string[];
  readonly child: ChildProcess;
  /** Sends it a signal; gives its exit code and what it printed on standard error. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly stderr: string }>;
};

for (const database of DATABASES) {
  describe(`events, listed and followed, on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let close: () => Promise<void>;

    const follow = (...args: readonly string[]): Followed => {
      const child = spawn(process.execPath, [PROGRAM, 'events', '--follow', '--home', home.home, ...args], {
        env: programEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk;
      });
      return {
        child,
        lines: () => stdout.split('\n').slice(0, -1),
        async end(signal) {
          const ended = once(child, 'close');
          child.kill(signal);
          const [code] = await ended;
          return { code, stderr };
        },
      };
    };
    const shown = (followed: Followed, wanted: (lines: readonly string[]) => boolean) =>
      eventually(async () => followed.lines(), wanted, 30_000);

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createUnstartedHome(opened.deployment);
      for (const name of ['one', 'two', 'three']) {
        const added = await home.command('client', 'add', '--client-name', name, '--client-id', name);
        assert.equal(added.code, 0, added.stderr);
      }
    });
    after(async () => {
      await home?.remove();
      await close?.();
    });

    test('the latest come first, oldest first, and then each once as it happens, until SIGINT', async () => {
      const followed = follow('--limit', '2', '--type', 'client.', '--json');
      await shown(followed, (lines) => lines.length === 2);
      await home.command('client', 'update', 'one', '--client-name', 'other');
      await home.command('user', 'add', 'alice');
      await home.command('client', 'remove', 'one');
      const lines = await shown(followed, (all) => all.length >= 4);
      const { code, stderr } = await followed.end('SIGINT');
      assert.deepEqual([code, stderr], [0, '']);
      const events = lines.map((line) => JSON.parse(line));
      assert.deepEqual(
        events.map(({ type, client_id }) => [type, client_id]),
        [
          ['client.created', 'two'],
          ['client.created', 'three'],
          ['client.updated', 'one'],
          ['client.removed', 'one'],
        ],
      );
      for (const { time } of events) assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/);
    });

    test('while a server runs its refusals are followed by cause, and listed by cause', async () => {
      const server = await home.start();
      const followed = follow('--cause', 'client_unknown', '--limit', '1');
      const ask = (client_id: string, client_secret: string) =>
        post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id, client_secret });
      try {
        // It is told of nothing before it looks for the first time.
        await eventually(
          async () => {
            await ask('nobody', 'x');
            return followed.lines().length;
          },
          (count) => count > 1,
          30_000,
        );
        await ask('two', 'wrong');
        await ask('nobody-else', 'x');
        const lines = await shown(followed, (all) => all.some((line) => line.includes('nobody-else')));
        assert.ok(lines.every((line) => /token\.refused refused/.test(line) && !line.includes('client two')));
        assert.equal(new Set(lines).size, lines.length, 'each once');
        assert.equal((await followed.end('SIGTERM')).code, 0);
      } finally {
        await server.stop();
      }
      const listed = await home.command('events', '--cause', 'client_unknown', '--json');
      const { events } = JSON.parse(listed.stdout);
      assert.ok(events.length >= 3);
      for (const { because } of events) assert.equal(because, 'client_unknown');
      const others = await home.command('events', '--outcome', 'refused', '--client', 'two', '--json');
      assert.notEqual(JSON.parse(others.stdout).events[0].because, 'client_unknown');
    });

    test('it ends when nobody reads it any more', async () => {
      const followed = follow('--limit', '1');
      await shown(followed, (lines) => lines.length === 1);
      followed.child.stdout?.destroy();
      const ended = once(followed.child, 'exit');
      await home.command('client', 'update', 'two', '--client-name', 'deux');
      const [code] = await ended;
      assert.equal(code, 141);
    });

    test('what is asked wrongly is refused with what would be right', async () => {
      const cases: readonly [readonly string[], RegExp][] = [
        [['--cause', 'client_unkown'], /there is no cause client_unkown; the nearest is client_unknown/],
        [['--follow', '--until', '1d'], /--until does not go with it/],
        [['--limit', '0'], /--limit must be a whole number/],
        [['--since', 'soon'], /--since must be a date/],
      ];
      for (const [args, message] of cases) {
        const { code, stderr } = await home.command('events', ...args);
        assert.equal(code, 2, stderr);
        assert.match(stderr, message);
      }
    });
  });
}
