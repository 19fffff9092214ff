import assert from 'node:assert/strict';
import test from 'node:test';
import { addressBlock } from './address-block.ts';

for (const [address, block] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['unknown', 'unknown'],
] as const) {
  test(`${address} is counted as ${block}`, () => assert.equal(addressBlock(address), block));
}
