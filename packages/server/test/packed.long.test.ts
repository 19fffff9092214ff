import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { z } from 'zod';
import { PUBLISHED } from '../../../tools/published-packages.ts';
import { HELP_PAGES } from '../../console/test/help-pages.ts';
import { createTestHome, runProgram, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { missingProgram } from './installed-program.ts';
import { call } from './token-client.ts';
import { cloneWorkspace, environment, NPM, npm, succeeding } from './workspace-clone.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.literal('Apache-2.0'),
  engines: z.object({ node: z.literal('>=24') }),
  files: z.array(z.string()).min(1),
  exports: z.record(z.string(), z.unknown()),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const Packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

describe('the packages that others install', { timeout: 300_000 }, async () => {
  const withoutGit = await missingProgram('git', ['--version']);
  let clone: string;
  let tarballs: string;
  const packed = new Map<string, { readonly file: string; readonly paths: readonly string[] }>();
  let clean: string;

  const folderOf = (name: string) => join(clone, 'packages', name);
  const status = () => succeeding(runProgram('git', ['status', '--porcelain'], { cwd: clone }));
  const untouched = async () => (await status()) === clean;
  const assertUntouched = async () => assert.equal(await status(), clean);
  const manifestIn = async (name: string) =>
    Manifest.parse(
      JSON.parse(
        await succeeding(runProgram('tar', ['-xzOf', packed.get(name)?.file ?? '', 'package/package.json'])),
      ),
    );

  before(async () => {
    clone = await cloneWorkspace();
    tarballs = await mkdtemp(join(tmpdir(), 'countersign-tarballs-'));
    if (withoutGit === false) {
      await succeeding(runProgram('git', ['init', '--quiet'], { cwd: clone }));
      await succeeding(runProgram('git', ['add', '--all'], { cwd: clone }));
      clean = await status();
    }
    for (const name of PUBLISHED) {
      const told = await succeeding(npm(['pack', '--json', '--pack-destination', tarballs], folderOf(name)));
      const [{ filename, files }] = Packed.parse(JSON.parse(told));
      packed.set(name, { file: join(tarballs, filename), paths: files.map(({ path }) => path) });
    }
  });
  after(async () => {
    await rm(clone, { recursive: true, force: true });
    await rm(tarballs, { recursive: true, force: true });
  });

  test('packing leaves the clone as it was', { skip: withoutGit }, assertUntouched);

  test('hold licence, README and compiled code, and neither sources nor tests', () => {
    for (const [name, { paths }] of packed) {
      assert.ok(paths.includes('LICENSE') && paths.includes('README.md'), name);
      assert.ok(paths.includes('dist/index.js') || paths.includes('dist/main.js'), name);
      assert.deepEqual(
        paths.filter((path) => /(^|[^d])\.tsx?$|\.test\.|^src/.test(path)),
        [],
      );
    }
    const server = packed.get('server')?.paths ?? [];
    assert.ok(server.includes('dist/console/index.html'));
    assert.ok(server.some((path) => /^dist\/console\/assets\/.*\.js$/.test(path)));
    for (const page of Object.values(HELP_PAGES))
      assert.ok(server.includes(`dist/console/help/${page.replace(/#.*/, '')}`), page);
  });

  test('the program needs no other package, and says whose code is in it', async () => {
    const unpack = (path: string) =>
      succeeding(runProgram('tar', ['-xzOf', packed.get('server')?.file ?? '', `package/${path}`]));
    assert.deepEqual((await manifestIn('server')).dependencies, {});

    const paths = packed.get('server')?.paths ?? [];
    const chunks = paths.filter((path) => path.endsWith('.js') && !path.startsWith('dist/console/'));
    const code = (await Promise.all(chunks.map(unpack))).join('');
    // The bundler writes of each file where its code begins.
    const inside = code.matchAll(/^\/\/ \S*node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\/\S+$/gm);
    const names = new Set(Array.from(inside, ([, name]) => name));
    assert.ok(names.has('fastify') && names.has('zod') && names.has('pg'), [...names].join());
    const told = (await unpack('THIRD-PARTY-NOTICES.md')).matchAll(/^## (\S+) \S+\n\n\S+\n\n````text\n\S/gm);
    assert.deepEqual(new Set(Array.from(told, ([, name]) => name)), names);

    const ofConsole = await unpack('dist/console/THIRD-PARTY-NOTICES.md');
    for (const name of ['react', 'react-dom', 'scheduler', '@tanstack/query-core', 'oauth4webapi']) {
      assert.match(ofConsole, new RegExp(`^## ${name} - `, 'm'));
    }
  });

  test('have one version, and depend on exactly that of one another', async () => {
    const manifests = await Promise.all(PUBLISHED.map(manifestIn));
    const names = manifests.map(({ name }) => name);
    const [{ version } = assert.fail('nothing is published')] = manifests;
    for (const manifest of manifests) {
      assert.equal(manifest.version, version);
      assert.deepEqual([manifest.scripts, manifest.devDependencies], [undefined, undefined]);
      assert.equal(manifest.dependencies.node, undefined, 'only the workspace brings its own Node.js');
      const mutual = Object.entries(manifest.dependencies).filter(([name]) => names.includes(name));
      for (const [name, range] of mutual) assert.equal(range, version, `${manifest.name} on ${name}`);
    }
    const own = manifests.find(({ name }) => name === '@countersign/forwarded-certificate');
    assert.deepEqual(own?.dependencies, {});
  });

  describe('and whose packing does not succeed', { skip: withoutGit }, () => {
    test('are left as they were when the code does not compile', async () => {
      const broken = join(folderOf('forwarded-certificate'), 'src/broken.ts');
      await writeFile(broken, "export const length: number = 'nine';\n");
      try {
        const { code, stderr } = await npm(['pack'], folderOf('forwarded-certificate'));
        assert.notEqual(code, 0);
        assert.match(stderr, /src\/broken\.ts.*TS2322/);
      } finally {
        await rm(broken);
      }
      await assertUntouched();
    });

    test('are left as they were when npm cannot write the archive', async () => {
      const nowhere = join(tarballs, 'no/such/folder');
      const { code } = await npm(['pack', '--pack-destination', nowhere], folderOf('forwarded-certificate'));
      assert.notEqual(code, 0);
      await eventually(untouched, (is) => is);
    });

    test('are left as they were when someone interrupts it', async () => {
      const folder = folderOf('x509');
      const compiling = async () => existsSync(join(folder, 'dist'));
      const [program, ...first] = NPM;
      const child = spawn(program, [...first, 'pack', '--pack-destination', tarballs], {
        cwd: folder,
        env: environment(),
        detached: true,
        stdio: 'ignore',
      });
      const ended = new Promise((done) => child.once('exit', done));
      await eventually(compiling, (begun) => begun);
      process.kill(-(child.pid ?? assert.fail('npm did not start')), 'SIGINT');
      await ended;
      await eventually(
        async () => (await untouched()) && !(await compiling()),
        (is) => is,
      );
    });

    test('are brought back by the next that is packed when the machine stopped in between', async () => {
      const folder = folderOf('x509');
      const [manifest, backup] = [join(folder, 'package.json'), join(folder, 'package.json.source')];
      await copyFile(manifest, backup);
      const anHourAgo = new Date(Date.now() - 3_600_000);
      await utimes(backup, anHourAgo, anHourAgo);
      const tarball = packed.get('x509')?.file ?? '';
      await writeFile(
        manifest,
        await succeeding(runProgram('tar', ['-xzOf', tarball, 'package/package.json'])),
      );
      assert.notEqual(await status(), clean);
      await succeeding(npm(['pack', '--pack-destination', tarballs], folderOf('forwarded-certificate')));
      await assertUntouched();
    });

    test('never lose what was written into a manifest since', async () => {
      const folder = folderOf('forwarded-certificate');
      const manifest = join(folder, 'package.json');
      const text = await readFile(manifest, 'utf8');
      const edited = text.replace('"description": "', '"description": "Edited. ');
      await writeFile(join(folder, 'package.json.source'), text);
      await writeFile(manifest, edited);
      await succeeding(npm(['pack', '--pack-destination', tarballs], folder));
      assert.equal(await readFile(manifest, 'utf8'), edited);
      await writeFile(manifest, text);
      await assertUntouched();
    });
  });

  describe('with npx, in an empty folder, with an empty cache and no registry', () => {
    let folder: string;
    const npx = (args: readonly string[]): readonly string[] => [
      ...['exec', '--yes', '--offline', `--cache=${join(folder, 'cache')}`],
      ...[`--package=${packed.get('server')?.file}`, '--', 'countersign', ...args],
    ];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'countersign-npx-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    test('the program serves its first token and its console within a minute', async (t) => {
      const began = performance.now();
      const port = await freePort();
      await succeeding(npm(npx(['init', '--port', String(port)]), folder));
      const [program, ...first] = NPM;
      const server = spawn(program, [...first, ...npx(['serve'])], {
        cwd: folder,
        env: environment(),
        // A group of its own: npm does not hand on what ends it.
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(server, 'exit');
      try {
        let printed = '';
        for await (const chunk of server.stdout) {
          printed += chunk;
          if (printed.includes('Countersign is listening on ')) break;
        }
        const issuing = ['certificate', 'issue', '--subject', 'CN=first-client', '--out', 'first-client'];
        await succeeding(npm(npx([...issuing, '--client-name', 'first-client']), folder));
        const read = (name: string) => readFile(join(folder, name), 'utf8');
        const answer = await call(`https://localhost:${port}/oauth2/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'grant_type=client_credentials&client_id=first-client',
          certificate: { cert: await read('first-client.pem'), key: await read('first-client.key') },
        });
        const took = performance.now() - began;
        assert.equal(answer.status, 200, answer.text);
        assert.ok(took < 60_000, `${took} ms`);
        t.diagnostic(`from an empty folder to the first token: ${(took / 1_000).toFixed(1)} s`);
        const page = await call(`https://localhost:${port}/console`);
        assert.equal(page.status, 200);
        assert.match(page.text, /src="\/console\/assets\//);
      } finally {
        process.kill(-(server.pid ?? assert.fail('npm did not start')), 'SIGTERM');
        await ended;
      }
    });

    const old = olderNode();
    test('an older Node.js says what is needed, and where it is', {
      skip: old === undefined && 'no Node.js before 24 is on the PATH',
    }, async () => {
      const path = [dirname(old ?? ''), process.env.PATH].join(delimiter);
      // The script of npm itself, which the older one can run as well.
      const { code, stderr } = await runProgram('npm', npx(['--help']), {
        cwd: folder,
        env: { ...environment(), PATH: path },
      });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /Countersign needs Node\.js 24 or later; this is v\d+\..*nodejs\.org.*executable/s,
      );
    });
  });

  describe('installed in an empty folder', { skip: await whyNoRegistry() }, () => {
    let folder: string;
    let entries: readonly string[];
    const installed = (path: string) => join(folder, 'node_modules', path);

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'countersign-installed-'));
      await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
      const files = [...packed.values()].map(({ file }) => file);
      await succeeding(npm(['install', '--prefer-offline', '--no-audit', '--no-fund', ...files], folder));
      const manifests = await Promise.all(PUBLISHED.map(manifestIn));
      entries = manifests.flatMap(({ name, exports }) =>
        // A single entry has no name of its own.
        Object.keys('types' in exports ? { '.': exports } : exports)
          .filter((entry) => entry !== './package.json')
          .map((entry) => join(name, entry)),
      );
    });
    after(() => rm(folder, { recursive: true, force: true }));

    test('import from JavaScript, and give what the sources give', async () => {
      assert.deepEqual(entries, [
        '@countersign/x509',
        ...['path-validation', 'revocation', 'key-store', 'issuance'].map(
          (name) => `@countersign/x509/${name}`,
        ),
        '@countersign/forwarded-certificate',
        '@countersign/resource-server',
        ...['express', 'fastify', 'hono', 'koa'].map((name) => `@countersign/resource-server/${name}`),
        '@countersign/client',
        'countersign/plug-in',
      ]);
      const names = async (entry: string) => Object.keys(await import(entry));
      const code = `
        const names = async (entry) => Object.keys(await import(entry));
        console.log(JSON.stringify(await Promise.all(${JSON.stringify(entries)}.map(names))));`;
      const told = await succeeding(
        runProgram(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder }),
      );
      assert.deepEqual(JSON.parse(told), await Promise.all(entries.map(names)));
    });

    test('import from TypeScript, with types, and their READMEs are right', async () => {
      const examples = await Promise.all(
        PUBLISHED.map(async (name) => {
          const text = await readFile(join(ROOT, 'packages', name, 'README.md'), 'utf8');
          const blocks = Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = '']) => code);
          // Of the resource server's only the first is a program.
          return name === 'resource-server' ? blocks.slice(0, 1) : blocks;
        }),
      );
      const consumer = `
        ${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
        import type { PlugInGrant } from 'countersign/plug-in';
        export const all = [${entries.map((_, index) => `entry${index}`)}];
        export const headers: readonly string[] = entry5.certificateHeaderFormat('nginx').headers;
        // @ts-expect-error there is no such format
        entry5.certificateHeaderFormat('pigeon');
        // @ts-expect-error a grant names its grant_type
        export const grant: PlugInGrant = { kind: 'grant', plan: () => ({ outcome: 'granted' }) };
      `;
      const sources = [consumer, ...examples.map((blocks) => blocks.join('\n'))];
      await Promise.all(sources.map((text, index) => writeFile(join(folder, `source${index}.ts`), text)));
      await succeeding(
        runProgram(
          process.execPath,
          [
            join(ROOT, 'node_modules/typescript/bin/tsc'),
            ...['--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', '--types', 'node'],
            ...['--typeRoots', join(ROOT, 'node_modules/@types')],
            ...sources.map((_, index) => `source${index}.ts`),
          ],
          { cwd: folder },
        ),
      );
    });

    describe('and started', () => {
      const program = () => installed('countersign/bin/countersign.mjs');
      let home: TestHome;

      before(async () => {
        home = await createTestHome({}, program());
      });
      after(() => home?.remove());

      test('tell their commands', async () => {
        assert.ok(existsSync(installed('.bin/countersign')));
        const help = await succeeding(runProgram(process.execPath, [program(), '--help']));
        assert.match(help, /^ {2}serve /m);
      });

      test('serve console, pages and tokens, and load plug-ins written in TypeScript', async () => {
        const plugIn = join(home.home, 'repository/components/dropins/client-by-certificate.ts');
        await copyFile(join(ROOT, 'examples/plugins/client-by-certificate.ts'), plugIn);
        const server = await home.start();
        try {
          const { status, text } = await call(`${home.issuer}/console`);
          assert.equal(status, 200);
          const script = /src="(\/console\/assets\/[^"]+)"/.exec(text)?.[1] ?? assert.fail(text);
          assert.equal((await call(home.issuer + script)).status, 200);
          assert.equal((await call(`${home.issuer}/oauth2/jwks`)).status, 200);
          const signIn = await call(`${home.issuer}/account`);
          assert.ok(signIn.status < 400, signIn.text);
        } finally {
          await server.stop();
        }
        const findings = JSON.stringify(await home.json('doctor'));
        assert.match(findings, /client-by-certificate/);
      });
    });
  });
});

/** A Node.js on the PATH that is too old for the program, if there is one. */
function olderNode(): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return candidates.find((file) => {
    if (!existsSync(file)) return false;
    const { stdout } = spawnSync(file, ['--print', 'process.versions.node'], { encoding: 'utf8' });
    return Number(stdout?.split('.')[0]) < 24;
  });
}

/** For `skip`: why nothing can be installed here, or false. With CI set, that is a failure. */
async function whyNoRegistry(): Promise<string | false> {
  if (process.env.CI) return false;
  try {
    const args = ['view', 'ipaddr.js', 'version', '--fetch-retries=0', '--fetch-timeout=5000'];
    const { code } = await npm(args, tmpdir());
    return code === 0 ? false : 'npm reaches no registry';
  } catch {
    return 'npm cannot be run';
  }
}
