import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountOf, mountsIn } from './mounts.ts';

const MOUNTINFO = `22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
31 22 0:27 / /run/secrets/with\\040blank ro,nosuid - tmpfs tmpfs rw,size=4k
32 22 8:2 / /srv rw - xfs /dev/sdb1 rw
33 22 8:2 /x /srv rw - xfs /dev/sdb1 ro,attr2
`;

test('a path lies on the longest mount above it, and of several at one place on the last', () => {
  const all = mountsIn(MOUNTINFO);
  assert.deepEqual(mountOf('/etc/passwd', all), { at: '/', type: 'ext4', isReadOnly: false });
  assert.deepEqual(mountOf('/run/secrets/with blank/key', all), {
    at: '/run/secrets/with blank',
    type: 'tmpfs',
    isReadOnly: true,
  });
  assert.equal(mountOf('/run/secrets/with blanks', all)?.at, '/');
  assert.deepEqual(mountOf('/srv', all), { at: '/srv', type: 'xfs', isReadOnly: true });
  assert.equal(mountOf('/x', []), undefined);
});
