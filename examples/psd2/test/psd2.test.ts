import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createHttpBrowser } from '../../../packages/server/test/http-browser.ts';

const PROGRAM = resolve(import.meta.dirname, '../src/psd2.ts');

const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill();
});

/** Runs the example, with a folder for temporary files that has to be empty afterwards. */
function started(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-psd2-test-'));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = new Promise<number | null>((done) => child.once('exit', done));
  return {
    output: () => output,
    async printed(pattern: RegExp): Promise<readonly string[]> {
      for (;;) {
        const found = pattern.exec(output);
        if (found) return found;
        if (child.exitCode !== null) assert.fail(`${pattern} was not printed:\n${output}`);
        await pause(20);
      }
    },
    /** Its exit code; what it left behind fails. */
    async ended(): Promise<number | null> {
      const ended = await code;
      const left = readdirSync(folder);
      rmSync(folder, { recursive: true, force: true });
      assert.deepEqual(left, [], 'files were left');
      for (const [, port] of output.matchAll(/https:\/\/localhost:(\d+)/g)) {
        assert.equal(await accepts(Number(port)), false, `somebody still listens on ${port}`);
      }
      return ended;
    },
  };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });

/** What a person with a browser of their own does: signs in as they are told, and decides. */
async function decides(run: ReturnType<typeof started>, decision: 'allow' | 'deny'): Promise<void> {
  const [, address = ''] = await run.printed(/certificates that were made for this example:\n {2}(\S+)/);
  const [, username, password] = await run.printed(/Sign in as (\S+) with the password (\S+),/);
  const { origin } = new URL(address);
  const browser = createHttpBrowser();
  let page = await browser.follow(await browser.get(address), origin);
  page = await browser.follow(await browser.submit(page, { username, password }), origin);
  const form = page.forms.findIndex(({ buttons }) => buttons.some(({ value }) => value === decision));
  page = await browser.follow(await browser.submit(page, { decision }, { form }), origin);
  await browser.get(String(page.headers.location));
}

const REFUSED = /"because": "certificate_differs"/;

test('account information from consent to refusal, behind what this machine has', async () => {
  const run = started();
  const code = await run.ended();
  const output = run.output();
  assert.equal(code, 0, output);
  const places = [
    /organizationIdentifier=PSDDE-BAFIN-123456/,
    /POST \S+\/consents\n {2}HTTP 201/,
    /authorize\?request_uri=urn/,
    /│ See what is on your accounts/,
    /"x5t#S256": /,
    /GET \S+\/accounts\n {2}HTTP 200 .*DE02120300000000202051/,
    /HTTP 403 .*does not cover/,
    /HTTP 401 .*bound to another client certificate/,
    REFUSED,
    /because +refresh_token_of_another_client/,
    /worth something to its own client alone/,
  ].map((each) => output.search(each));
  assert.ok(
    places.every((place, index) => place > (places[index - 1] ?? -1)),
    `${places}\n${output}`,
  );
});

test('the same by hand, with the middleware in place of a gate', async () => {
  const run = started('--by-hand', '--guard', 'middleware');
  await decides(run, 'allow');
  assert.equal(await run.ended(), 0, run.output());
  assert.match(run.output(), REFUSED);
});

test('says why not: a person who denies, and a guard that does not exist', async () => {
  const denied = started('--by-hand', '--guard', 'middleware');
  const nonsense = started('--guard', 'nonsense');
  await decides(denied, 'deny');
  assert.deepEqual([await denied.ended(), await nonsense.ended()], [1, 1]);
  assert.match(denied.output(), /The example failed: .*access_denied/);
  assert.match(nonsense.output(), /--guard is one of haproxy, nginx, middleware/);
});
