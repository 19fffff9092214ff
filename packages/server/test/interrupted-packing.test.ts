import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../../..');
const PARTS = ['packages/forwarded-certificate', 'tools', 'package.json', 'tsconfig.json', 'LICENSE'];
const DEADLINE_MS = 60_000;

let folder: string;
/** A package of a clone of its own: the tests beside this one must not meet a manifest that is swapped. */
let packed: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-interrupted-'));
  for (const part of PARTS) {
    await cp(join(ROOT, part), join(folder, part), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  packed = join(folder, 'packages/forwarded-certificate');
});
after(() => rm(folder, { recursive: true, force: true }));

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${DEADLINE_MS} ms`);
    await pause(5);
  }
}

for (const [signal, receiver] of [
  ['SIGINT', 'everything in the terminal'],
  ['SIGKILL', 'npm alone'],
] as const) {
  test(`npm pack that ${signal} ends, sent to ${receiver}, leaves the clone's manifest`, async () => {
    const manifest = () => readFileSync(join(packed, 'package.json'), 'utf8');
    const [own, files] = [manifest(), await readdir(packed)];
    const npm = spawn('npm', ['pack', '--pack-destination', folder], {
      cwd: packed,
      detached: true,
      stdio: 'ignore',
    });
    const { pid } = npm;
    assert.ok(pid !== undefined);
    await until(() => manifest() !== own, 'the published manifest is swapped in');
    process.kill(receiver === 'npm alone' ? pid : -pid, signal);
    await until(() => npm.exitCode !== null || npm.signalCode !== null, 'npm ends');
    await until(() => !existsSync(join(packed, 'package.json.source')), 'the manifest is brought back');
    await until(() => !existsSync(join(packed, 'LICENSE')), 'the rest is removed');
    assert.equal(manifest(), own);
    assert.deepEqual(await readdir(packed), files);
  });
}
