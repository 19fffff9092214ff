import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';
import { type ProxyHeader, readProxyHeader } from './proxy-header.ts';

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const tlv = (type: number, value: Buffer | string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([type, bytes.length >> 8, bytes.length & 0xff]), bytes]);
};
const v2 = (command: number, family: number, ...rest: Buffer[]) => {
  const body = Buffer.concat(rest);
  return Buffer.concat([
    SIGNATURE,
    Buffer.from([command, family, body.length >> 8, body.length & 0xff]),
    body,
  ]);
};
const TCP4 = Buffer.from([198, 51, 100, 7, 10, 0, 0, 1, 0x9c, 0xb0, 0x01, 0xbb]);
const TCP6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000007', 'hex'),
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  Buffer.from([0x9c, 0xb0, 0x01, 0xbb]),
]);
const withChecksum = (header: Buffer) => {
  const at = header.lastIndexOf(Buffer.from([0x03, 0, 4, 0, 0, 0, 0])) + 3;
  const signed = Buffer.from(header);
  signed.writeUInt32BE(crc32c(header), at);
  return signed;
};

const source = { address: '198.51.100.7', port: 40112 };
const destination = { address: '10.0.0.1', port: 443 };
const source6 = { address: '2001:db8::7', port: 40112 };
const destination6 = { address: '2001:db8::1', port: 443 };

const GOOD: readonly (readonly [string, Buffer, ProxyHeader])[] = [
  [
    'v1 TCP4',
    Buffer.from('PROXY TCP4 198.51.100.7 10.0.0.1 40112 443\r\n'),
    { version: 1, local: false, source, destination },
  ],
  [
    'v1 TCP6',
    Buffer.from('PROXY TCP6 2001:db8::7 2001:db8::1 40112 443\r\n'),
    { version: 1, local: false, source: source6, destination: destination6 },
  ],
  ['v1 UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n'), { version: 1, local: false }],
  ['v1 UNKNOWN with anything', Buffer.from('PROXY UNKNOWN ffff:: x 1 2 3\r\n'), { version: 1, local: false }],
  ['v2 TCP4', v2(0x21, 0x11, TCP4), { version: 2, local: false, source, destination }],
  ['v2 TCP6', v2(0x21, 0x21, TCP6), { version: 2, local: false, source: source6, destination: destination6 }],
  ['v2 UNIX', v2(0x21, 0x31, Buffer.alloc(216)), { version: 2, local: false }],
  ['v2 UNSPEC', v2(0x21, 0x00, tlv(0x04, 'xyz')), { version: 2, local: false }],
  ['v2 LOCAL', v2(0x20, 0x00), { version: 2, local: true }],
  [
    'v2 LOCAL discards its block, whatever the family',
    v2(0x20, 0x12, Buffer.from([1, 2, 3])),
    { version: 2, local: true },
  ],
  [
    'v2 with authority, SSL, unknown TLVs and a checksum',
    withChecksum(
      v2(
        0x21,
        0x11,
        TCP4,
        tlv(0x02, 'login.example'),
        tlv(0xea, Buffer.from([1])),
        tlv(0x20, Buffer.concat([Buffer.from([7, 0, 0, 0, 0]), tlv(0x21, 'TLSv1.3'), tlv(0x22, 'client')])),
        tlv(0x03, Buffer.alloc(4)),
      ),
    ),
    {
      version: 2,
      local: false,
      source,
      destination,
      authority: 'login.example',
      ssl: {
        overTls: true,
        certificateOnConnection: true,
        certificateOnSession: true,
        verified: true,
        version: 'TLSv1.3',
        commonName: 'client',
      },
    },
  ],
];

for (const [what, bytes, header] of GOOD) {
  test(`reads ${what}, however it is cut, and nothing behind it`, () => {
    for (let cut = 0; cut < bytes.length; cut++) {
      assert.deepEqual(readProxyHeader(bytes.subarray(0, cut)), { kind: 'incomplete' }, `after ${cut} bytes`);
    }
    const behind = Buffer.concat([bytes, Buffer.from('\x16\x03\x01')]);
    assert.deepEqual(readProxyHeader(behind), { kind: 'complete', header, length: bytes.length });
  });
}

const checksummed = withChecksum(v2(0x21, 0x11, TCP4, tlv(0x03, Buffer.alloc(4))));
const damaged = Buffer.from(checksummed);
damaged[16] = 199;

const BAD: readonly (readonly [string, Buffer, RegExp])[] = [
  ['a TLS ClientHello', Buffer.from('16', 'hex'), /does not begin with/],
  ['an HTTP request', Buffer.from('POST'), /does not begin with/],
  ['lower case', Buffer.from('proxy'), /does not begin with/],
  ['v1 with a name', Buffer.from('PROXY TCP4 localhost 10.0.0.1 1 2\r\n'), /is not "PROXY/],
  ['v1 with the wrong family', Buffer.from('PROXY TCP6 1.2.3.4 10.0.0.1 1 2\r\n'), /is not "PROXY/],
  ['v1 with two blanks', Buffer.from('PROXY TCP4  1.2.3.4 10.0.0.1 1 2\r\n'), /is not "PROXY/],
  ['v1 with a large port', Buffer.from('PROXY TCP4 1.2.3.4 10.0.0.1 65536 2\r\n'), /is not "PROXY/],
  ['v1 with a port 01', Buffer.from('PROXY TCP4 1.2.3.4 10.0.0.1 01 2\r\n'), /is not "PROXY/],
  ['v1 with more words', Buffer.from('PROXY TCP4 1.2.3.4 10.0.0.1 1 2 3\r\n'), /is not "PROXY/],
  ['v1 ended by LF alone', Buffer.from(`PROXY TCP4 1.2.3.4 10.0.0.1 1 2\n${'x'.repeat(80)}`), /no CR LF/],
  ['v1 without an end', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(93)}`), /no CR LF within 107/],
  ['v2 version 1', v2(0x11, 0x11, TCP4).subarray(0, 13), /0x11 is no version/],
  ['v2 unknown command', v2(0x22, 0x11, TCP4).subarray(0, 13), /0x22 is no version/],
  ['v2 datagrams', v2(0x21, 0x12, TCP4).subarray(0, 14), /0x12 is no address family/],
  ['v2 too long', v2(0x21, 0x11, Buffer.alloc(4081)).subarray(0, 16), /4097 bytes; at most 4096/],
  ['v2 LOCAL too long', v2(0x20, 0x00, Buffer.alloc(4081)).subarray(0, 16), /4097 bytes; at most 4096/],
  ['v2 too short for its addresses', v2(0x21, 0x21, TCP4), /12 bytes are too few/],
  ['v2 with half a TLV', v2(0x21, 0x11, TCP4, Buffer.from([2, 0])), /TLV reaches beyond/],
  ['v2 with a TLV too long', v2(0x21, 0x11, TCP4, Buffer.from([2, 0, 9, 1])), /TLV reaches beyond/],
  ['v2 damaged under its checksum', damaged, /CRC32C/],
  ['v2 with a checksum of three bytes', v2(0x21, 0x11, TCP4, tlv(0x03, 'abc')), /CRC32C/],
];

for (const [what, bytes, reason] of BAD) {
  test(`refuses ${what} as soon as it shows`, () => {
    const result = readProxyHeader(bytes);
    assert.equal(result.kind, 'refused', JSON.stringify(result));
    if (result.kind === 'refused') assert.match(result.reason, reason);
  });
}

test('CRC32C agrees with the examples of RFC 3720 §B.4', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, n) => n))), 0x46dd794e);
});

test('no bytes at all make it throw', () => {
  const start = fc.constantFrom(Buffer.alloc(0), Buffer.from('PROXY TCP4 '), v2(0x21, 0x11), v2(0x20, 0));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (first, rest) => {
      const { kind } = readProxyHeader(Buffer.concat([first, rest]));
      return ['complete', 'incomplete', 'refused'].includes(kind);
    }),
    { numRuns: 500 },
  );
});
