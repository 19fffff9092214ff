import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import test from 'node:test';
import { z } from 'zod';
import { PUBLISHED } from '../../../tools/published-packages.ts';
import { type ParsedSource, parsedSource } from './parsed-source.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SRC = join(ROOT, 'packages/server/src');

/** The floors of the house, lowest first: a file imports from its own floor and from those below it. */
const FLOORS = [
  'own-member.ts',
  'own-files.ts',
  'heap.ts',
  'clock.ts',
  'derived-key.ts',
  'time-span.ts',
  'telemetry',
  'password-hash.ts',
  'at-most.ts',
  'numbered.ts',
  'cache-use.ts',
  'registry-change.ts',
  'unit-of-work.ts',
  'managed-by.ts',
  'plug-in.ts',
  'plug-in-process',
  'outbound',
  'refusal',
  'event',
  'client',
  'user',
  'token',
  'claim',
  'storage',
  'webhook',
  'user-authentication',
  'registration',
  'client-authentication',
  'expiry',
  'grant',
  'endpoint',
  'transport',
  'move',
  'admin',
  'config',
  'worker',
  'server',
  'gate',
  'cli',
  'reference',
  'main.ts',
  'executable.ts',
];

/** Floors that know nothing of some that stand below them, so that they can be read and tested alone. */
const BLIND_TO: Record<string, readonly string[]> = {
  transport: ['storage', 'client-authentication', 'grant', 'endpoint'],
  config: [
    'client',
    'token',
    'storage',
    'client-authentication',
    'expiry',
    'grant',
    'endpoint',
    'transport',
    'admin',
  ],
};

/** What a floor may have all the same of one it is blind to, or of one above it: types alone. */
const SEEN_FROM: Record<string, readonly string[]> = {
  transport: ['client-authentication/origin.ts'],
  event: ['storage/unit-of-work.ts'],
  config: ['client/token-endpoint-auth-method.ts', 'client/longest-lifetimes.ts'],
};

/** Folders of the packages that others install. */

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()).optional() });

/** A longer function is several with names of their own. */
const MOST_LINES = 150;

/** Every file that people wrote, tests included. */
const everything: readonly ParsedSource[] = globSync(
  ['packages/*/{src,test}/**/*.{ts,tsx}', 'examples/**/*.ts', 'bench/**/*.ts', 'tools/*.ts'],
  { cwd: ROOT, exclude: (name) => name === 'node_modules' || name === 'dist' },
).map((path) => parsedSource(join(ROOT, path)));

/** Every file of the product. */
const sources = everything.filter(
  ({ file }) => !file.endsWith('.test.ts') && !relative(ROOT, file).split(sep).includes('test'),
);

const ofServer = sources.filter(({ file }) => file.startsWith(SRC + sep));

const floorOf = (file: string): string => relative(SRC, file).split(sep)[0] ?? '';
const shown = (file: string): string => relative(ROOT, file);

test('every source file stands on a floor of the house', () => {
  const homeless = ofServer.filter(({ file }) => !FLOORS.includes(floorOf(file)));
  assert.deepEqual(
    homeless.map(({ file }) => shown(file)),
    [],
  );
});

test('imports point one way: from a floor to the floors below it', () => {
  const upward = ofServer.flatMap(({ file, imports }) => {
    const floor = floorOf(file);
    return imports
      .flatMap(({ path }) =>
        path === undefined || SEEN_FROM[floor]?.includes(relative(SRC, path)) ? [] : [floorOf(path)],
      )
      .filter(
        (imported) => FLOORS.indexOf(imported) > FLOORS.indexOf(floor) || BLIND_TO[floor]?.includes(imported),
      )
      .map((imported) => `${shown(file)} imports from ${imported}/`);
  });
  assert.deepEqual(upward, []);
});

test('no imports go round in a circle, those of types included', () => {
  const importsOf = new Map(sources.map(({ file, imports }) => [file, imports]));
  const finished = new Set<string>();
  const way: string[] = [];
  const circles: string[] = [];
  const walk = (file: string): void => {
    if (finished.has(file)) return;
    const met = way.indexOf(file);
    if (met >= 0) {
      circles.push([...way.slice(met), file].map(shown).join(' → '));
      return;
    }
    way.push(file);
    for (const { path } of importsOf.get(file) ?? []) if (path !== undefined) walk(path);
    way.pop();
    finished.add(file);
  };
  for (const { file } of sources) walk(file);
  assert.deepEqual(circles, []);
});

test(`no function has more than ${MOST_LINES} lines`, () => {
  const long = sources.flatMap(({ file, functions }) =>
    functions
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ name, line, lines }) => `${shown(file)}:${line} ${name} has ${lines} lines`),
  );
  assert.deepEqual(long, []);
});

test('one verifier of signatures on certificates, CRLs and OCSP answers, and one of ES256 on JWS', () => {
  const VERIFIERS = /^(verify|createVerify|Verify)$/;
  const verifying = sources
    .filter(
      ({ imports, methodsCalled }) =>
        imports.some(
          ({ specifier, names }) =>
            /^(node:)?crypto$/.test(specifier) && names.some((name) => VERIFIERS.test(name)),
        ) || methodsCalled.some((called) => /^(x509|issuer|certificate)\.verify$/.test(called)),
    )
    .map(({ file }) => shown(file));
  assert.deepEqual(verifying.sort(), [
    'packages/server/src/token/es256-verification.ts',
    'packages/x509/src/signed-data.ts',
  ]);
});

test('one clock: the machine is asked for the time in clock.ts alone', () => {
  const asking = ofServer
    .filter(({ members, made }) => members.includes('Date.now') || made.includes('Date()'))
    .map(({ file }) => shown(file));
  assert.deepEqual(asking, ['packages/server/src/clock.ts']);
});

test('refusals are made by the constructor of their error code, in refusal/ alone', () => {
  const making = ofServer
    .filter(({ made }) => made.some((name) => name.startsWith('Refusal')))
    .map(({ file }) => shown(file));
  assert.deepEqual(making.sort(), [
    'packages/server/src/refusal/error-codes.ts',
    'packages/server/src/refusal/refusal.ts',
  ]);
});

test('a table is asked for a name from elsewhere by `ownMember`, so that nobody is answered what every object has', () => {
  const tablesOf = new Map(everything.map(({ file, tables }) => [file, tables]));
  const asking = ofServer.flatMap(({ file, imports, tables, asked }) => {
    const known = [
      ...tables,
      ...imports.flatMap(({ path = '', names }) =>
        names.filter((name) => tablesOf.get(path)?.includes(name) ?? false),
      ),
    ];
    return known
      .filter((name) => /^[A-Z]/.test(name) && asked.includes(name))
      .map((name) => `${shown(file)} asks ${name}[…]`);
  });
  assert.deepEqual(asking, []);
});

test('the console writes no type of the admin API by hand, and asks it in api/ alone', () => {
  const console = join(ROOT, 'packages/console/src');
  const generated = join(console, 'api/admin-api.ts');
  const names = sources.find(({ file }) => file === generated)?.types ?? [];
  assert.ok(names.includes('Client'));
  const others = sources.filter(({ file }) => file.startsWith(console + sep) && file !== generated);
  const byHand = others.flatMap(({ file, types }) =>
    types.filter((name) => names.includes(name)).map((name) => `${shown(file)} declares ${name}`),
  );
  assert.deepEqual(byHand, []);
  const asking = others
    .filter(({ imports }) =>
      imports.some(
        ({ path, names }) => path === join(console, 'api/request.ts') && names.includes('request'),
      ),
    )
    .map(({ file }) => shown(file));
  assert.deepEqual(asking, ['packages/console/src/api/queries.ts']);
});

/** The packages of the workspace and what they say of themselves, by folder. */
const packages = new Map(
  globSync(['packages/*/package.json', 'examples/*/package.json', 'bench/package.json'], { cwd: ROOT }).map(
    (path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const { dependencies = {} } = Manifest.parse(JSON.parse(text));
      return [join(ROOT, dirname(path)), Object.keys(dependencies)];
    },
  ),
);
const packageOf = (file: string): string | undefined =>
  packages.keys().find((folder) => file.startsWith(folder + sep));

test('nothing imports from the src/ of another package', () => {
  const intruding = everything.flatMap(({ file, imports }) =>
    imports
      .filter(({ specifier, path }) => {
        if (path === undefined) return /^(countersign|@countersign\/[^/]+)\/src\//.test(specifier);
        const imported = packageOf(path);
        return (
          imported !== undefined &&
          imported !== packageOf(file) &&
          path.startsWith(join(imported, 'src') + sep)
        );
      })
      .map(({ specifier }) => `${shown(file)} imports ${specifier}`),
  );
  assert.deepEqual(intruding, []);
});

test('a published package imports nothing but Node.js, itself, and what its manifest depends on', () => {
  const undeclared = sources.flatMap(({ file, imports }) => {
    const own = packageOf(file);
    if (own === undefined || !PUBLISHED.some((name) => own === join(ROOT, 'packages', name))) return [];
    return imports
      .filter(({ specifier, path }) => path === undefined && !specifier.startsWith('node:'))
      .map(({ specifier }) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
      .filter((name) => !packages.get(own)?.includes(name))
      .map((name) => `${shown(file)} imports ${name}`);
  });
  assert.deepEqual(undeclared, []);
});

test('what reads certificates and headers stands alone', () => {
  assert.deepEqual(packages.get(join(ROOT, 'packages/forwarded-certificate')), []);
  assert.deepEqual(packages.get(join(ROOT, 'packages/x509')), ['ipaddr.js']);
});
