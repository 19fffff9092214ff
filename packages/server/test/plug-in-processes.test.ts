import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples/plugins');
const VOUCHER = 'https://example.com/grants/voucher';
const TIME_LIMIT = 3;

/** Does what the assertion says if it begins with its name, and leaves its process id where it is told to. */
const hostile = (name: string) => `
import { writeFileSync } from 'node:fs';

export default {
  name: '${name}',
  authenticate({ client_assertion = '' }, { pid_file }) {
    const [who, command] = client_assertion.split(' ');
    if (who !== '${name}') return { outcome: 'passed' };
    writeFileSync(pid_file, String(process.pid));
    switch (command) {
      case 'block': while (true);
      case 'exit': process.exit(3);
      case 'throw-later': setTimeout(() => { throw new Error('thrown in a timer'); }, 10); break;
      case 'reject': Promise.reject(new Error('rejected unheard')); break;
      case 'memory': { const kept = []; while (true) kept.push({ kept }); }
      case 'serve': console.log('at your service'); return { outcome: 'accepted', client_id: 'anybody' };
    }
    return { outcome: 'passed' };
  },
};
`;

const Findings = z.array(z.object({ check: z.string(), outcome: z.string(), detail: z.string() }));

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

describe('plug-ins in processes of their own', () => {
  const names = ['one', 'two', 'three'] as const;
  let home: TestHome;
  let server: RunningCountersign;
  let identity: Identity;
  let device: Identity;
  const ask = (form: Readonly<Record<string, string>>, certificate?: Identity) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', ...form },
      certificate && { certificate },
    );
  const obey = (command: string) => ask({ client_assertion: command });
  const tell = async (answer: Answer) => {
    const { because, evidence } = await eventOf(server, answer);
    return [answer.status, answer.json().error, because, JSON.stringify(evidence)];
  };
  const pidFile = (name: string) => join(home.home, `${name}.pid`);
  const pidOf = async (name: string) => Number(await readFile(pidFile(name), 'utf8'));
  const serves = async (name: string) => {
    for (let turns = 0; turns < 200; turns++) {
      const answer = await obey(`${name} serve`);
      if (answer.status === 200) return claimsOf(answer.json().access_token).client_id;
      assert.equal(answer.status, 503, answer.text);
      await pause(50);
    }
    return assert.fail(`${name} serves no more`);
  };

  before(async () => {
    home = await createTestHome({ plug_ins: { time_limit: TIME_LIMIT, memory_limit: 64 } });
    identity = await createIdentity('CN=ordinary');
    device = await createIdentity('CN=device');
    const dropin = (name: string) => join(home.home, 'repository/components/dropins', name);
    await copyFile(join(EXAMPLES, 'client-by-certificate.ts'), dropin('client-by-certificate.ts'));
    await copyFile(join(EXAMPLES, 'voucher-grant.ts'), dropin('voucher-grant.ts'));
    for (const name of names) await writeFile(dropin(`${name}.mjs`), hostile(name));
    const listener = (name: string, order: number, properties: Readonly<Record<string, string>>) => {
      const pairs = Object.entries(properties).map(([key, value]) => `"${key}" = ${JSON.stringify(value)}`);
      return `\n[[event_listener]]\nid = "${name}"\nname = "${name}"\norder = ${order}\nproperties = { ${pairs} }\n`;
    };
    await home.editDeployment(
      (text) =>
        text +
        listener('client-by-certificate', 100, { [device.thumbprint]: 'sensor-7' }) +
        names.map((name, index) => listener(name, 300 + index, { pid_file: pidFile(name) })).join(''),
    );
    server = await home.start();
    const admin = adminApiOf(home.issuer);
    for (const client_id of ['sensor-7', 'anybody'])
      await admin.register({ client_id, client_name: client_id });
    await admin.register({
      client_id: 'ordinary',
      client_name: 'ordinary',
      certificates: [identity.pem],
      grant_types: [VOUCHER, 'client_credentials'],
      scope: 'print',
    });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const ordinary = async () => {
    assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
    const byPlugIn = await ask({}, device);
    assert.equal(claimsOf(byPlugIn.json().access_token).client_id, 'sensor-7');
    const granted = await ask(
      { client_id: 'ordinary', grant_type: VOUCHER, voucher: 'correct-horse' },
      identity,
    );
    assert.equal(granted.json().scope, 'print', granted.text);
  };

  test('while one is blocked everybody else is answered, by other plug-ins too; then it serves again', async () => {
    await serves('one');
    const before = await pidOf('one');
    const finished: string[] = [];
    const blocked = obey('one block').then(async (answer) => {
      finished.push('blocked');
      const [status, error, because, evidence] = await tell(answer);
      assert.deepEqual([status, error, because], [401, 'invalid_client', 'authenticator_failed']);
      assert.match(String(evidence), /no verdict within 3000 ms/);
    });
    await pause(200);
    await ordinary();
    finished.push('the others');
    await blocked;
    assert.deepEqual(finished, ['the others', 'blocked']);
    const failure = await server.line(/"plug_in\.failed"/);
    assert.match(failure, /"file":"one\.mjs"/);
    assert.match(failure, /its process is blocked/);
    assert.equal(await serves('one'), 'anybody');
    assert.notEqual(await pidOf('one'), before);
    assert.ok(isGone(before));
    await server.line(/"plug_in":"one\.mjs".*"msg":"at your service"/);
  });

  for (const [name, command, cause] of [
    ['two', 'throw-later', /thrown in a timer/],
    ['three', 'exit', /its process exited with code 3/],
    // On a busy machine the limit of time may be reached first.
    ['two', 'memory', /its process (ran out of memory \(memory_limit = 64\)|is blocked)/],
    ['three', 'reject', /rejected unheard/],
  ] as const) {
    test(`one that fails by ${command} ends alone, and serves again`, async () => {
      assert.equal(await serves(name), 'anybody');
      const answer = await obey(`${name} ${command}`);
      assert.ok([401, 503].includes(answer.status), answer.text);
      if (answer.status === 503) {
        const [, error, because, evidence] = await tell(answer);
        assert.deepEqual([error, because], ['temporarily_unavailable', 'plug_in_unavailable']);
        assert.match(String(evidence), cause);
      }
      assert.match(
        await server.line(new RegExp(`"plug_in\\.failed".*"file":"${name}\\.mjs".*${cause.source}`)),
        /"outcome":"failure"/,
      );
      await ordinary();
      assert.equal(server.process.exitCode, null);
      assert.equal(await serves(name), 'anybody');
    });
  }

  test('countersign doctor tells which failed', async () => {
    const findings = Findings.parse(await home.json('doctor'));
    const told = findings.filter(({ check }) => check === 'plug-ins').map(({ detail }) => detail);
    assert.ok(
      told.some((detail) => /^one\.mjs on .+ failed once within a day, last at .+blocked$/.test(detail)),
    );
    assert.ok(told.some((detail) => /^two\.mjs on .+ failed 2 times within a day/.test(detail)));
  });

  test('they end with the server, however it ends, the blocked too', async () => {
    await Promise.all(names.map(serves));
    const pids = await Promise.all(names.map(pidOf));
    const lost = assert.rejects(obey('one block'));
    await pause(200);
    await server.stop('SIGKILL');
    await lost;
    for (let turns = 0; !pids.every(isGone); turns++) {
      assert.ok(turns < 300, 'some go on');
      await pause(20);
    }
  });
});
