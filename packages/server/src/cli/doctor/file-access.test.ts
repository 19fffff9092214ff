import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessFaults, type FileMode, type FilePlace, type FilePurpose } from './file-access.ts';

const SERVICE = { uid: 1000, gids: new Set([1000]) };
const ON_DISK: FilePlace = { isReadOnly: false, isHandedIn: false, volumeGroup: undefined };

const codes = (
  purpose: FilePurpose,
  mode: number,
  { uid = 1000, gid = 1000 }: Partial<FileMode> = {},
  place: Partial<FilePlace> = {},
  service = SERVICE,
) =>
  accessFaults(purpose, { mode: 0o100000 | mode, uid, gid }, service, { ...ON_DISK, ...place }).map(
    ({ code, outcome, who }) => `${outcome} ${code} ${who}`,
  );

test('a file of the service alone has no fault, nor has one of root’s', () => {
  for (const purpose of ['secret', 'log', 'believed', 'folder', 'above'] as const) {
    for (const mode of [0o600, 0o400, 0o700]) {
      assert.deepEqual(codes(purpose, mode), []);
      assert.deepEqual(codes(purpose, mode, { uid: 0, gid: 0 }), []);
    }
  }
});

test('who may write what is believed, run or kept secret can be the server', () => {
  for (const purpose of ['secret', 'log', 'believed'] as const) {
    assert.deepEqual(codes(purpose, 0o620), ['failed file_writable_by_others group']);
    assert.deepEqual(codes(purpose, 0o602), ['failed file_writable_by_others everybody']);
    assert.deepEqual(codes(purpose, 0o622), ['failed file_writable_by_others everybody']);
  }
  assert.deepEqual(codes('folder', 0o720), ['failed folder_writable_by_others group']);
  assert.deepEqual(
    codes('folder', 0o1777),
    ['failed folder_writable_by_others everybody'],
    'files are added',
  );
});

test('above the home it counts whether everybody can take away what is there', () => {
  assert.deepEqual(codes('above', 0o777, { uid: 0, gid: 0 }), ['failed folder_writable_by_others everybody']);
  assert.deepEqual(codes('above', 0o1777, { uid: 0, gid: 0 }), [], '/tmp');
  assert.deepEqual(codes('above', 0o2775, { uid: 0, gid: 50 }), [], '/usr/local of Debian');
  assert.deepEqual(codes('above', 0o755, { uid: 4711 }), [], 'it is of others');
});

test('secrets are read by the service; logs by nobody but those who shall', () => {
  assert.deepEqual(codes('secret', 0o604), ['failed secret_readable_by_others everybody']);
  assert.deepEqual(codes('secret', 0o644), ['failed secret_readable_by_others everybody']);
  assert.deepEqual(codes('secret', 0o640), [], 'the group of the service');
  assert.deepEqual(codes('secret', 0o640, { gid: 0 }), [], 'root’s');
  assert.deepEqual(codes('secret', 0o640, { gid: 27 }), ['warning secret_readable_by_group group']);
  assert.deepEqual(codes('log', 0o640, { gid: 4 }), [], 'adm reads logs');
  assert.deepEqual(codes('log', 0o644), ['warning log_readable_by_others everybody']);
  assert.deepEqual(codes('believed', 0o644), []);
});

test('a file of a third user is theirs to change', () => {
  assert.deepEqual(codes('believed', 0o644, { uid: 4711 }), ['warning file_of_another_user owner']);
  assert.deepEqual(codes('folder', 0o755, { uid: 4711 }), ['warning file_of_another_user owner']);
});

test('what Kubernetes mounts as a secret has no fault', () => {
  const secret = { isReadOnly: true, isHandedIn: true };
  for (const mode of [0o644, 0o444, 0o440, 0o400, 0o666]) {
    assert.deepEqual(codes('secret', mode, { uid: 0, gid: 65_532 }, secret), [], mode.toString(8));
  }
  // The root of such a mount.
  assert.deepEqual(codes('folder', 0o3777, { uid: 0, gid: 65_532 }, secret), []);
  // The same files where the mount cannot be seen, and `..data` alone tells.
  const behindData = { isHandedIn: true };
  for (const mode of [0o644, 0o444, 0o440]) {
    assert.deepEqual(codes('secret', mode, { uid: 0, gid: 65_532 }, behindData), []);
  }
  assert.deepEqual(codes('folder', 0o3777, { uid: 0, gid: 65_532 }, behindData), []);
  assert.deepEqual(
    codes('secret', 0o646, { uid: 0 }, behindData),
    ['failed file_writable_by_others everybody'],
    'readable for all is not writable for all',
  );
});

test('a volume that was given to the group of a pod, and files of root’s for the group of the service, have none', () => {
  const volume = { volumeGroup: 65_532 };
  assert.deepEqual(codes('folder', 0o2775, { uid: 0, gid: 65_532 }, volume), []);
  assert.deepEqual(
    codes('secret', 0o660, { gid: 65_532 }, volume),
    [],
    'as the kubelet changes what is there',
  );
  assert.deepEqual(codes('secret', 0o660, { gid: 27 }, volume), [
    'failed file_writable_by_others group',
    'warning secret_readable_by_group group',
  ]);
  assert.deepEqual(codes('secret', 0o640, { uid: 0, gid: 1000 }), []);
  assert.deepEqual(
    codes('folder', 0o770, { uid: 0, gid: 1000 }),
    [],
    'the service writes there by its group',
  );
  assert.deepEqual(codes('folder', 0o770, { uid: 0, gid: 0 }, {}, { uid: 0, gids: new Set([0]) }), [
    'failed folder_writable_by_others group',
  ]);
});
