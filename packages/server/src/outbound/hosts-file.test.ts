import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesInHosts, searchRulesIn, wholeNames } from './hosts-file.ts';

test('a hosts file gives a name all its addresses, whatever the case, and comments count for nothing', () => {
  const text = [
    '127.0.0.1\tlocalhost loopback',
    '# 192.0.2.9 keys.example',
    '192.0.2.1 Keys.Example alias # 192.0.2.8',
    '2001:db8::1 keys.example',
    'nonsense keys.example',
    '',
  ].join('\n');
  assert.deepEqual(addressesInHosts(text, 'KEYS.example'), ['192.0.2.1', '2001:db8::1']);
  assert.deepEqual(addressesInHosts(text, 'loopback'), ['127.0.0.1']);
  assert.deepEqual(addressesInHosts(text, 'example'), []);
});

test('search domains and ndots are read as resolv.conf(5) says', () => {
  const rules = searchRulesIn(
    'nameserver 192.0.2.53\nsearch a.test b.test. # c.test\noptions timeout:1 ndots:5\n',
  );
  assert.deepEqual(rules, { search: ['a.test', 'b.test'], ndots: 5 });
  assert.deepEqual(searchRulesIn('search a.test\ndomain b.test c.test\n'), { search: ['b.test'], ndots: 1 });
  assert.deepEqual(searchRulesIn(''), { search: [], ndots: 1 });
  assert.equal(searchRulesIn(`search ${'x.test '.repeat(50)}`).search.length, 6);
});

test('a name with too few dots is searched first, one with a dot at its end never', () => {
  const rules = { search: ['a.test', 'b.test'], ndots: 2 };
  assert.deepEqual(wholeNames('keys', rules), ['keys.a.test', 'keys.b.test', 'keys']);
  assert.deepEqual(wholeNames('keys.in.x', rules), ['keys.in.x', 'keys.in.x.a.test', 'keys.in.x.b.test']);
  assert.deepEqual(wholeNames('keys.', rules), ['keys']);
});
