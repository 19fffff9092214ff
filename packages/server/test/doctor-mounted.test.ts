import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { countersignProgram, createTestHome, programEnvironment, runProgram } from './countersign-process.ts';
import { isRoot, NOBODY, whyNoMounts } from './own-mounts.ts';

const skip = whyNoMounts() || (!isRoot && 'only root mounts what a kubelet would');

/** A Secret as the kubelet mounts it: in memory, read-only, of root's, behind `..data`, for a group. */
const MOUNT_SECRET = `
set -e
mount -t tmpfs none "$FOLDER"
mkdir "$FOLDER/..2026_11_27"
cp "$KEY" "$FOLDER/..2026_11_27/encryption.key"
chmod "$MODE" "$FOLDER/..2026_11_27/encryption.key"
ln -s ..2026_11_27 "$FOLDER/..data"
ln -s ..data/encryption.key "$FOLDER/encryption.key"
chgrp -R ${NOBODY} "$FOLDER"
chmod 3777 "$FOLDER"
mount -o remount,ro "$FOLDER"
mount --bind "$VOLUME" "$VOLUME"
exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups -- "$@"
`;

test('secrets that Kubernetes mounts, and a volume with fsGroup, are no findings; modes beside them are', {
  skip,
}, async (t) => {
  const home = await createTestHome();
  t.after(() => home.remove());
  const folder = `${home.home}-secret`;
  await mkdir(folder);
  t.after(() => rm(folder, { recursive: true, force: true }));
  const key = join(home.security, 'encryption.key');
  const kept = `${home.home}-key`;
  await writeFile(kept, await readFile(key), { mode: 0o600 });
  t.after(() => rm(kept));
  await rm(key);
  await home.editDeployment(
    (text) =>
      `${text.replace(/^password = "admin"$/m, '# password')}\n[encryption]\nkey = "$file{${folder}/encryption.key}"\n`,
  );
  execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, home.home]);
  // The root of a volume is root's, and what is made in it gets its group.
  await chown(home.home, 0, NOBODY);
  await chmod(home.home, 0o2775);

  const examined = async (mode: string) => {
    const command = [
      process.execPath,
      countersignProgram(),
      'doctor',
      '--home',
      home.home,
      '--offline',
      '--json',
    ];
    const { stdout, stderr } = await runProgram(
      'unshare',
      ['--mount', 'sh', '-c', MOUNT_SECRET, 'sh', ...command],
      {
        env: {
          ...programEnvironment(),
          NODE_COMPILE_CACHE: undefined,
          FOLDER: folder,
          KEY: kept,
          MODE: mode,
          VOLUME: home.home,
        },
      },
    );
    assert.notEqual(stdout, '', stderr);
    const found: readonly { outcome: string; code: string; detail: string }[] = JSON.parse(stdout);
    return found.filter(({ outcome }) => outcome !== 'ok').map(({ code, detail }) => `${code} ${detail}`);
  };
  for (const mode of ['0444', '0644', '0440']) {
    assert.deepEqual(await examined(mode), [], mode);
  }
  await chmod(home.deploymentFile, 0o644);
  assert.match((await examined('0444')).join('\n'), /^secret_readable_by_others .*deployment\.toml/);
});
