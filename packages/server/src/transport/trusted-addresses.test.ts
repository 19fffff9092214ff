import assert from 'node:assert/strict';
import test from 'node:test';
import { normalAddress, trustedAddresses } from './trusted-addresses.ts';

test('includes addresses of its ranges, in every spelling of the same address', () => {
  const addresses = trustedAddresses(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '2001:db8::1']);
  const inside = ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3', '::ffff:a01:203', '192.0.2.7', 'fd12::1'];
  const outside = ['11.0.0.0', '192.0.2.8', '2001:db8::2', 'fe80::1', '', '10.1', '012.0.0.1', 'localhost'];
  for (const address of [...inside, '2001:DB8:0::1', '2001:db8::1%eth0']) {
    assert.equal(addresses.includes(address), true, address);
  }
  for (const address of [...outside, undefined]) assert.equal(addresses.includes(address), false, address);
});

test('an empty set includes nothing', () => {
  assert.equal(trustedAddresses([]).isEmpty, true);
  assert.equal(trustedAddresses([]).includes('10.0.0.1'), false);
});

test('the whole of IPv4 does not include IPv6, nor the other way round', () => {
  assert.equal(trustedAddresses(['0.0.0.0/0']).includes('2001:db8::1'), false);
  assert.equal(trustedAddresses(['::/0']).includes('10.0.0.1'), false);
  assert.equal(trustedAddresses(['::ffff:10.0.0.0/104']).includes('10.2.3.4'), true);
});

test('refuses what is not a range, with what is wrong', () => {
  for (const range of ['10.0.0.0/33', '10.0.0.0/', '10.0/8', 'proxy', '10.0.0.0/8/8', '10.0.0.0/-1', '']) {
    assert.throws(() => trustedAddresses([range]), { name: 'UnreadableAddressRange' }, range);
  }
  assert.throws(() => trustedAddresses(['10.0.0.1/8']), /write 10\.0\.0\.0\/8/);
  assert.throws(() => trustedAddresses(['fd00::1/8']), /bits beyond/);
});

test('normalAddress gives one spelling', () => {
  assert.equal(normalAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(normalAddress('2001:DB8:0:0::1%eth0'), '2001:db8::1');
  assert.equal(normalAddress('unknown'), undefined);
});
