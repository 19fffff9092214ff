import assert from 'node:assert/strict';
import { readFileSync, realpathSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { extract } from 'tar';
import { makeArchive } from '../../../tools/archive.ts';
import { createTestHome, runProgram, type TestHome } from './countersign-process.ts';
import { serveHttp } from './https-on-loopback.ts';
import { call, post } from './token-client.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/server/package.json'), 'utf8'));

/** What may import the contract at run time, not its types alone. */
const DROP_INS = {
  'in-javascript.mjs': `
    import 'countersign/plug-in';
    import { createHash } from 'node:crypto';
    const hashed = createHash('sha256').update('one').digest('hex').slice(0, 8);
    export default { name: 'js-' + hashed, authenticate: () => ({ outcome: 'passed' }) };
  `,
  'in-typescript.ts': `
    import { type PlugInGrant } from 'countersign/plug-in';
    const grant: PlugInGrant = {
      kind: 'grant',
      grant_type: 'urn:example:plain',
      plan: () => ({ outcome: 'refused', error: 'invalid_grant', reason: 'never' }),
    };
    export default grant;
  `,
} as const;

describe('the executable, with no Node.js on the PATH', { timeout: 600_000 }, () => {
  let folder: string;
  let content: string;
  let program: string;
  let home: TestHome;
  const path = process.env.PATH;

  const certificate = async () => ({
    cert: await readFile(join(folder, 'x.pem'), 'utf8'),
    key: await readFile(join(folder, 'x.key'), 'utf8'),
  });
  const assertServes = async () => {
    const form = { grant_type: 'client_credentials', client_id: 'x' };
    const token = await post(`${home.issuer}/oauth2/token`, form, { certificate: await certificate() });
    assert.equal(token.status, 200, token.text);
    const page = await call(`${home.issuer}/console`);
    const script = /src="(\/console\/assets\/[^"]+)"/.exec(page.text)?.[1] ?? assert.fail(page.text);
    assert.equal((await call(home.issuer + script)).status, 200);
    const signIn = await call(`${home.issuer}/oauth2/pages/style.css`);
    assert.equal(signIn.status, 200);
  };

  before(async () => {
    folder = realpathSync(await mkdtemp(join(tmpdir(), 'countersign-executable-test-')));
    const { file } = await makeArchive(folder);
    await extract({ cwd: folder, file });
    content = join(folder, `countersign-${version}-${process.platform}-${process.arch}`);
    program = join(content, 'countersign');
    process.env.PATH = join(folder, 'nothing');
    home = await createTestHome({}, program);
    for (const [name, text] of Object.entries(DROP_INS)) {
      await writeFile(join(home.home, 'repository/components/dropins', name), text);
    }
    const issued = ['certificate', 'issue', '--subject', 'CN=x', '--out', join(folder, 'x')];
    await home.json(...issued, '--client-name', 'x');
  });
  after(async () => {
    process.env.PATH = path;
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test('comes with its licence, those of all that is inside, and what to do', async () => {
    const files = await readdir(content);
    for (const name of ['LICENSE', 'README.md', 'countersign']) assert.ok(files.includes(name), name);
    const notices = await readFile(join(content, 'THIRD-PARTY-NOTICES.md'), 'utf8');
    for (const inside of [/^## fastify \d/m, /^## react-dom - \d/m, /^## Node\.js 24\./m]) {
      assert.match(notices, inside);
    }
  });

  test('finds no Node.js, and says its version and commands', async () => {
    await assert.rejects(runProgram('node', ['--version']), { code: 'ENOENT' });
    assert.equal((await runProgram(program, ['--version'])).stdout, `${version}\n`);
    const help = await runProgram(program, ['--help']);
    assert.match(help.stdout, /^ {2}serve /m);
    assert.doesNotMatch(help.stdout, /run-program/);
    assert.equal((await runProgram(program, ['--run-program', 'nothing'])).code, 2);
  });

  test('serves tokens, console, pages and listings, and loads drop-ins', async () => {
    await copyFile(
      join(ROOT, 'examples/plugins/client-by-certificate.ts'),
      join(home.home, 'repository/components/dropins/client-by-certificate.ts'),
    );
    const server = await home.start();
    try {
      await assertServes();
      // Read by the thread of its own.
      const authorization = `Basic ${Buffer.from('admin:admin').toString('base64')}`;
      const listed = await call(`${home.issuer}/api/admin/v1/clients`, { headers: { authorization } });
      assert.match(listed.text, /"client_id":"x"/);
      const findings = JSON.stringify(await home.json('doctor'));
      for (const loaded of [/js-7692c3ad/, /client-by-certificate/]) assert.match(findings, loaded);
    } finally {
      await server.stop();
    }
    assert.equal(server.process.exitCode, 0, server.output());
    assert.doesNotMatch(server.output(), /Warning/);
    const started = server.output().matchAll(/"type":"plug_in.started".*?"file":"([^"]+)"/g);
    assert.deepEqual(Array.from(started, ([, file]) => file).sort(), [
      'client-by-certificate.ts',
      ...Object.keys(DROP_INS),
    ]);
  });

  test('sends traces and metrics', async (t) => {
    const received = new Map<string | undefined, number>();
    const receiver = await serveHttp(t, (request, response) => {
      let octets = 0;
      request.on('data', (chunk: Buffer) => {
        octets += chunk.length;
      });
      request.on('end', () => {
        received.set(request.url, (received.get(request.url) ?? 0) + octets);
        response.end();
      });
    });
    const before = await readFile(home.deploymentFile, 'utf8');
    await home.editDeployment((text) => `${text}\n[telemetry]\notlp_endpoint = "${receiver.origin}"\n`);
    const server = await home.start();
    try {
      await assertServes();
    } finally {
      await server.stop();
      await writeFile(home.deploymentFile, before);
    }
    assert.equal(server.process.exitCode, 0, server.output());
    for (const path of ['/v1/traces', '/v1/metrics']) assert.ok((received.get(path) ?? 0) > 500, path);
  });

  test('serves with workers', async () => {
    const server = await home.start(undefined, {}, '--workers', '2');
    try {
      for (let request = 0; request < 8; request++) await assertServes();
      const served = server.output().matchAll(/"msg":"worker (\d) serves"/g);
      assert.deepEqual(Array.from(served, ([, worker]) => worker).sort(), ['1', '2']);
    } finally {
      await server.stop();
    }
    assert.equal(server.process.exitCode, 0, server.output());
  });
});
