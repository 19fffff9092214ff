import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressPolicy, MalformedAddressRule } from './address-policy.ts';

const publicOnly = createAddressPolicy([]);

test('public unicast addresses are allowed', () => {
  for (const address of [
    '1.1.1.1',
    '93.184.216.34',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00::1',
  ]) {
    assert.deepEqual(publicOnly('keys.example.com', address), { allowed: true }, address);
  }
});

const SPECIAL: readonly (readonly [address: string, range: string])[] = [
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['169.254.169.254', 'linkLocal'],
  ['100.64.0.1', 'carrierGradeNat'],
  ['100.100.100.200', 'carrierGradeNat'],
  ['168.63.129.16', 'cloudMetadata'],
  ['192.0.0.192', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['198.51.100.1', 'reserved'],
  ['203.0.113.1', 'reserved'],
  ['198.18.0.1', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::7f00:1', 'unassigned'],
  ['::ffff:127.0.0.1', 'ipv4Mapped'],
  ['::ffff:1.1.1.1', 'ipv4Mapped'],
  ['64:ff9b::7f00:1', 'rfc6052'],
  ['64:ff9b:1::a00:1', 'rfc6052'],
  ['2002:7f00:1::', '6to4'],
  ['2001::1', 'teredo'],
  ['2001:db8::1', 'reserved'],
  ['3fff::1', 'reserved'],
  ['fe80::1', 'linkLocal'],
  ['fe80::1%eth0', 'linkLocal'],
  ['fec0::1', 'deprecatedSiteLocal'],
  ['fd00:ec2::254', 'uniqueLocal'],
  ['ff02::1', 'multicast'],
  ['4000::1', 'unassigned'],
  ['keys.example.com', 'notAnAddress'],
];

test('special-purpose addresses are refused with the name of their range', () => {
  for (const [address, range] of SPECIAL) {
    assert.deepEqual(publicOnly('keys.example.com', address), { allowed: false, range }, address);
  }
});

test('an address block allows what lies in it and nothing beside it', () => {
  const policy = createAddressPolicy(['10.1.0.0/16', 'fd12::/32', '192.168.1.7', '[::1]']);
  const allowed = (address: string) => policy('keys.example.com', address).allowed;
  for (const address of ['10.1.2.3', 'fd12::5', '192.168.1.7', '::1', '::ffff:10.1.2.3']) {
    assert.equal(allowed(address), true, address);
  }
  for (const address of ['10.2.0.1', 'fd12:1::5', '192.168.1.8', '127.0.0.1', '::ffff:10.2.0.1']) {
    assert.equal(allowed(address), false, address);
  }
});

test('a host name allows its own addresses, whatever its case and final dot', () => {
  const policy = createAddressPolicy(['Keys.Internal']);
  assert.equal(policy('keys.internal.', '10.0.0.1').allowed, true);
  assert.equal(policy('other.keys.internal', '10.0.0.1').allowed, false);
  assert.equal(policy('internal', '10.0.0.1').allowed, false);
});

test('an entry that is no address, block or host name is refused when it is read', () => {
  for (const entry of [
    '10.0.0.0/33',
    '10.1',
    '300.1.1.1',
    'https://keys.internal',
    '*.internal',
    'a b',
    '',
  ]) {
    assert.throws(
      () => createAddressPolicy([entry]),
      (error) => error instanceof MalformedAddressRule && error.presented === entry,
      entry,
    );
  }
});
