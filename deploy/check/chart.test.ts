import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { before, describe } from 'node:test';
import { run } from '../../interop/program.ts';
import { missingProgram } from '../../packages/server/test/installed-program.ts';
import { lint, refusal, render, renderedFile, VALUES } from './chart.ts';

const HERE = { cwd: import.meta.dirname };
/** Helm and the types of Kubernetes are compiled the first time: some minutes. */
const COMPILING_MS = 1_800_000;

const decode = (...files: readonly string[]) => run('go', ['run', './objects', ...files], HERE);

describe('the chart', { skip: await missingProgram('go', ['version']), timeout: COMPILING_MS }, () => {
  before(async () => {
    await run('go', ['tool', 'helm', 'version'], HERE);
    await run('go', ['build', '-o', '/dev/null', './objects'], HERE);
  });

  for (const name of VALUES) {
    test(`is linted, rendered and decoded with ${name} values`, async (context) => {
      await lint(name);
      const text = await readFile(renderedFile(name), 'utf8');
      assert.equal(await render(name), text, 'out of date: npm run deploy:render');
      const decoded = (await decode(renderedFile(name))).trim().split('\n');
      assert.equal(decoded.length, text.match(/^kind: /gm)?.length);
      context.diagnostic(decoded.map((line) => line.replace(/^.*?: /, '')).join(', '));
    });
  }

  test('is refused by the decoder where a field has no type, stands twice, or a pod may too much', async () => {
    const text = await readFile(renderedFile('minimal'), 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'countersign-objects-'));
    const decodedWith = async (from: string, to: string) => {
      assert.ok(text.includes(from), from);
      const file = join(folder, 'changed.yaml');
      await writeFile(file, text.replace(from, to));
      return decode(file);
    };
    try {
      for (const [from, to, said] of [
        ['readOnlyRootFilesystem', 'readOnlyRootFileSystem', /unknown field ".*readOnlyRootFileSystem"/],
        ['maxSurge: 1', 'maxSurge: 1\n      maxSurge: 2', /already defined|already set/],
        ['runAsNonRoot: true', 'runAsNonRoot: false', /not restricted: runAsNonRoot/],
        ['kind: Service\n', 'kind: Servant\n', /no kind "Servant"/],
      ] as const) {
        await assert.rejects(decodedWith(from, to), said);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('refuses values that are unknown, of the wrong kind, missing, or contradict one another', async () => {
    for (const [name, setting, said] of [
      ['minimal', 'replicas=3', /replicas/],
      ['minimal', 'tls.existingSecrets="x"', /existingSecrets/],
      ['minimal', 'port="443"', /port/],
      ['minimal', 'database.tls="maybe"', /tls/],
      ['minimal', 'hostname="not a name"', /hostname/],
      ['minimal', 'hostname=""', /hostname is required/],
      ['minimal', 'image.repository=""', /image\.repository is required/],
      [
        'minimal',
        'encryption.existingSecret=""',
        /the encryption key: give exactly one of .*none of them is/,
      ],
      [
        'minimal',
        'database.url="postgres://db/name"',
        /the URL of the database: .*there are database\.existingSecret and database\.url/,
      ],
      ['minimal', 'tls.certManager.enabled=true', /key and certificate: .*there are/],
      ['given', 'tls.key=""', /tls\.key is required/],
      ['given', 'encryption.key="0011"', /key/],
      ['full', 'tls.certManager.issuerRef.name=""', /issuerRef\.name is required/],
      ['full', 'mtls.hostname=""', /mtls\.hostname is required/],
      ['full', 'tlsRoute.parentRefs=[]', /tlsRoute\.parentRefs is required/],
      ['full', 'autoscaling.minReplicas=10', /minReplicas is 10 and more than/],
      ['full', 'securityFiles={"tls.key":"x"}', /securityFiles/],
    ] as const) {
      assert.match(await refusal(name, setting), said, setting);
    }
  });
});
