import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { describe } from 'node:test';
import { z } from 'zod';
import { run } from '../../interop/program.ts';
import { missingProgram } from '../../packages/server/test/installed-program.ts';

const FILE = resolve(import.meta.dirname, '../compose/compose.yaml');
const HOSTNAME = { COUNTERSIGN_HOSTNAME: 'login.example.com' };

const read = (file: string, env: Readonly<Record<string, string>> = HOSTNAME) =>
  run('go', ['run', './compose', file], { cwd: import.meta.dirname, env });

const Service = z.object({
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }),
  secrets: z.array(z.object({ source: z.string() })),
  environment: z.record(z.string(), z.string()),
});
const Project = z.object({
  services: z.object({ countersign: Service.extend({ user: z.string() }), database: Service }),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

describe('the Compose file', { skip: await missingProgram('go', ['version']), timeout: 900_000 }, () => {
  test('is read as Docker reads it, and gives its services no more than they need', async () => {
    const { services, secrets } = Project.parse(JSON.parse(await read(FILE)));
    assert.equal(services.countersign.user, '65532:65532');
    const used = new Set(
      Object.values(services).flatMap((service) => service.secrets.map(({ source }) => source)),
    );
    assert.deepEqual(used, new Set(Object.keys(secrets)));
    const containerfile = await readFile(resolve(FILE, '../../container/Containerfile'), 'utf8');
    const [, script = ''] = /"--eval", "(.*)"\]/.exec(containerfile) ?? [];
    assert.deepEqual(services.countersign.healthcheck.test.slice(-1), [script]);
  });

  test('asks for the host name', async () => {
    await assert.rejects(
      read(FILE, { COUNTERSIGN_HOSTNAME: '' }),
      /the name that clients know the server by/,
    );
  });

  test('is refused where a key is unknown or a secret is not there', async () => {
    const text = await readFile(FILE, 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'countersign-compose-'));
    try {
      for (const [from, to, said] of [
        ['read_only: true\n    cap', 'readonly: true\n    cap', /readonly/],
        ['secrets: [database_password]', 'secrets: [password]', /undefined secret/],
      ] as const) {
        assert.ok(text.includes(from), from);
        const file = join(folder, 'compose.yaml');
        await writeFile(file, text.replace(from, to));
        await assert.rejects(read(file), said);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
