import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../..');
const PACKAGES = ['x509', 'forwarded-certificate', 'resource-server', 'server'];
const MINUTE = 60_000;

/** What a stranger writes against each public entry; it is run as JavaScript and checked as TypeScript. */
const CONSUMER = `
import { certificateHeaderFormat } from '@countersign/forwarded-certificate';
import { createTokenVerifier, nodeMiddleware } from '@countersign/resource-server';
import { Certificate, certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { readKeyStore, writePkcs12 } from '@countersign/x509/key-store';
import { validatePath } from '@countersign/x509/path-validation';
import { Crl } from '@countersign/x509/revocation';
import 'countersign/plug-in';

const made = [
  certificateHeaderFormat('rfc9440').parse(new Map()).kind,
  ...[createTokenVerifier, nodeMiddleware, Certificate, certificateToPem, issueCertificate],
  ...[readKeyStore, writePkcs12, validatePath, Crl],
];
process.stdout.write(made.map((each) => (typeof each === 'string' ? each : typeof each)).join(' '));
`;

const TYPED = `${CONSUMER}
import type { PlugInAuthenticator, PlugInGrant } from 'countersign/plug-in';
export const authenticator: PlugInAuthenticator = { name: 'nobody', authenticate: () => ({ outcome: 'passed' }) };
export type Grant = PlugInGrant;
`;

let folder: string;
/** A clone to pack in: the tests beside this one must not meet a manifest that is swapped. */
let clone: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-packed-'));
  clone = join(folder, 'clone');
  for (const part of ['packages', 'tools', 'package.json', 'tsconfig.json', 'LICENSE', '.gitignore']) {
    await cp(join(ROOT, part), join(clone, part), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }
  await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  await git('init', '--quiet');
  await git('add', '--all');
  await git(
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@localhost',
    'commit',
    '--quiet',
    '--message',
    'clone',
  );
});
after(() => rm(folder, { recursive: true, force: true }));

const git = async (...args: readonly string[]): Promise<string> =>
  (await run('git', args, { cwd: clone })).stdout;

const npm = (args: readonly string[], cwd: string) =>
  run('npm', [...args, '--no-audit', '--no-fund'], { cwd, timeout: 3 * MINUTE });

async function packed(): Promise<readonly string[]> {
  const tarballs: string[] = [];
  for (const name of PACKAGES) {
    const { stdout } = await npm(['pack', '--pack-destination', folder], join(clone, 'packages', name));
    tarballs.push(join(folder, stdout.trim().split('\n').at(-1) ?? ''));
  }
  return tarballs;
}

/** The status of an answer of a server whose certificate was made a moment ago. */
const statusOf = (url: string): Promise<number | undefined> =>
  new Promise((done, failed) => {
    request(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .once('error', failed)
      .end();
  });

async function listening(server: ChildProcess): Promise<void> {
  let output = '';
  for await (const chunk of server.stdout ?? []) {
    output += String(chunk);
    if (output.includes('Countersign is listening on ')) return;
  }
  throw new Error(`the server ended:\n${output}`);
}

test('the packed packages install in an empty folder, import from JavaScript and TypeScript, and serve', async (t) => {
  const tarballs = await packed();
  await t.test('packing leaves the clone as it was', async () => {
    assert.equal(await git('status', '--porcelain'), '');
  });
  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  await npm(['install', '--prefer-offline', ...tarballs], app);

  await t.test(
    'what is published is compiled, with the licence and without what only the clone can use',
    async () => {
      for (const name of ['countersign', '@countersign/x509', '@countersign/resource-server']) {
        const installed = join(app, 'node_modules', name);
        assert.match(await readFile(join(installed, 'LICENSE'), 'utf8'), /Apache License/);
        const manifest = await readFile(join(installed, 'package.json'), 'utf8');
        assert.doesNotMatch(manifest, /devDependencies|prepack|\.\/src\//);
      }
    },
  );

  await t.test('from JavaScript', async () => {
    await writeFile(join(app, 'consumer.js'), CONSUMER);
    const { stdout } = await run(process.execPath, ['consumer.js'], { cwd: app });
    assert.equal(stdout, `absent${' function'.repeat(9)}`);
  });

  await t.test('from TypeScript', async () => {
    await writeFile(join(app, 'consumer.ts'), TYPED);
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'esnext',
      '--skipLibCheck',
      'false',
    ];
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    await run(process.execPath, [compiler, ...options, ...types, 'consumer.ts'], { cwd: app });
  });

  await t.test('the compiled server starts, with the console inside', async () => {
    const command = join(app, 'node_modules/countersign/bin/countersign.mjs');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: app });
    assert.match(stdout, /serve/);
    const conf = join(app, 'home/repository/conf');
    await mkdir(conf, { recursive: true });
    const port = await freePort();
    await writeFile(join(conf, 'deployment.toml'), `[server]\nport = ${port}\n\n[metrics]\nenable = false\n`);
    const server = spawn(process.execPath, [command, 'serve', '--home', join(app, 'home')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(server, 'exit');
    t.after(() => server.kill('SIGKILL'));
    await listening(server);
    assert.equal(await statusOf(`https://localhost:${port}/console/`), 200);
    server.kill('SIGTERM');
    await ended;
  });
});

test('a package that cannot be compiled is left as it was', async () => {
  const source = join(clone, 'packages/forwarded-certificate');
  await writeFile(join(source, 'src/broken.ts'), 'export const wrong: number = "text";\n');
  await assert.rejects(npm(['pack', '--pack-destination', folder], source));
  await rm(join(source, 'src/broken.ts'));
  assert.equal(await git('status', '--porcelain'), '');
  assert.ok(!existsSync(join(source, 'dist')));
});
