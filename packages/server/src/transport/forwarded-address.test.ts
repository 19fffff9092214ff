import assert from 'node:assert/strict';
import test from 'node:test';
import { forwardedAddress } from './forwarded-address.ts';
import { trustedAddresses } from './trusted-addresses.ts';

const trusted = trustedAddresses(['10.0.0.0/8', 'fd00::/8']);

test('X-Forwarded-For: the rightmost address that is no trusted proxy', () => {
  const cases: readonly [readonly string[], string | undefined][] = [
    [['198.51.100.7'], '198.51.100.7'],
    [['203.0.113.9, 198.51.100.7, 10.0.0.2'], '198.51.100.7'],
    [['203.0.113.9', '198.51.100.7,10.0.0.2, 10.0.0.3'], '198.51.100.7'],
    [['198.51.100.7:40112, 10.0.0.2:1'], '198.51.100.7'],
    [['[2001:db8::7]:40112, fd00::1'], '2001:db8::7'],
    [['2001:DB8::0007'], '2001:db8::7'],
    [['10.0.0.9, 10.0.0.2'], '10.0.0.9'],
    [['203.0.113.9, unknown, 10.0.0.2'], '10.0.0.2'],
    [['203.0.113.9, <script>'], undefined],
    [['203.0.113.9,'], undefined],
    [[''], undefined],
    [[], undefined],
  ];
  for (const [lines, expected] of cases) {
    assert.equal(forwardedAddress('x-forwarded-for', lines, trusted), expected, lines.join(' | '));
  }
});

test('X-Forwarded-For: at most twenty hops are followed', () => {
  const hops = Array.from({ length: 30 }, (_, n) => `10.0.0.${n}`);
  assert.equal(forwardedAddress('x-forwarded-for', [hops.join(',')], trusted), '10.0.0.10');
});

test('Forwarded (RFC 7239): the rightmost `for` that is no trusted proxy', () => {
  const cases: readonly [string, string | undefined][] = [
    ['for=198.51.100.7;proto=https', '198.51.100.7'],
    ['for=203.0.113.9, For="[2001:db8:cafe::17]:4711";by=10.0.0.1, for=10.0.0.2', '2001:db8:cafe::17'],
    ['proto=https;host="a,b;for=1.2.3.4";for=198.51.100.7', '198.51.100.7'],
    ['for=203.0.113.9, for=_hidden, for=10.0.0.2', '10.0.0.2'],
    ['for=203.0.113.9, proto=https', undefined],
    ['for=203.0.113.9, for="198.51.100.7', undefined],
  ];
  for (const [line, expected] of cases) {
    assert.equal(forwardedAddress('forwarded', [line], trusted), expected, line);
  }
});
