import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { readKeyStore } from '@countersign/x509/key-store';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { Configuration } from '../../packages/server/src/config/configuration.ts';

const DEPLOY = resolve(import.meta.dirname, '..');
const ROOT = resolve(DEPLOY, '..');
const textOf = (file: string) => readFile(join(DEPLOY, file), 'utf8');

const SECRETS = {
  'encryption.key': '00'.repeat(32),
  encryption_key: '00'.repeat(32),
  'database.url': 'postgres://countersign@db.example.com/countersign',
  database_password: 'secret',
  'administrator.password': 'secret',
  administrator_password: 'secret',
} as const;

const WithDeployment = z.object({ data: z.object({ 'deployment.toml': z.string() }) });

describe('every deployment.toml', () => {
  let work: string;
  let home: string;

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'countersign-deployments-'));
    home = join(work, 'home');
    for (const folder of [join(home, 'repository/resources/security'), join(work, 'secrets')]) {
      await mkdir(folder, { recursive: true });
      for (const [name, text] of Object.entries(SECRETS)) await writeFile(join(folder, name), text);
    }
    await mkdir(join(home, 'repository/conf'));
    process.env.COUNTERSIGN_HOSTNAME = 'login.example.com';
  });
  after(async () => {
    delete process.env.COUNTERSIGN_HOSTNAME;
    await rm(work, { recursive: true });
  });

  const accepted = async (text: string) => {
    const file = join(home, 'repository/conf/deployment.toml');
    await writeFile(file, text.replaceAll('/run/secrets', join(work, 'secrets')));
    return await Configuration.read(file);
  };

  test('of the image and of Compose is one that the server takes, with the port its health check asks', async () => {
    for (const name of ['container', 'compose']) {
      const { atStart } = await accepted(await textOf(`${name}/deployment.toml`));
      assert.equal(atStart.server.hostname, 'login.example.com');
      assert.equal(atStart.health.port, 9764);
    }
    assert.match(await textOf('container/Containerfile'), /127\.0\.0\.1:9764\/health\/live/);
  });

  test('that the chart renders is one that the server takes', async () => {
    const files = globSync('helm/rendered/*.yaml', { cwd: DEPLOY });
    assert.ok(files.length >= 4);
    for (const file of files) {
      const objects = parseAllDocuments(await textOf(file)).map((document): unknown => document.toJS());
      const rendered = objects.flatMap((object) => WithDeployment.safeParse(object).data ?? []);
      assert.equal(rendered.length, 1);
      for (const { data } of rendered) {
        const { atStart } = await accepted(data['deployment.toml']);
        assert.equal(new URL(atStart.server.base_url).hostname, 'login.example.com');
        assert.equal(atStart.health.port, 9764);
      }
    }
  });
});

test('chart, image and package have one version', async () => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(ROOT, 'packages/server/package.json'), 'utf8')));
  const chart = z
    .object({ version: z.string(), appVersion: z.string() })
    .parse(parse(await textOf('helm/countersign/Chart.yaml')));
  assert.deepEqual(chart, { version, appVersion: version });
});

test('the trust store that the chart brings is empty, and one', async () => {
  const file = join(DEPLOY, 'helm/countersign/files/client-truststore.jks');
  assert.deepEqual(await readKeyStore(new Uint8Array(await readFile(file)), 'wso2carbon'), []);
});

test('every values file of the chart is rendered, and nothing else is kept', () => {
  const names = (pattern: string, end: string) =>
    globSync(pattern, { cwd: DEPLOY })
      .map((file) => basename(file, end))
      .toSorted();
  assert.deepEqual(
    names('helm/rendered/*.yaml', '.yaml'),
    names('helm/countersign/ci/*-values.yaml', '-values.yaml'),
  );
});
