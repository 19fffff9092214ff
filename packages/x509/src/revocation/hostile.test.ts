import assert from 'node:assert/strict';
import test from 'node:test';
import {
  deltaIndicator,
  directoryName,
  extension,
  issuingDistributionPoint,
  NOW,
  TestAuthority,
  uriName,
} from '../../test/revocation-authority.ts';
import { MalformedDer } from '../der.ts';
import { derSequence } from '../der-encoding.ts';
import { Crl } from './crl.ts';
import { statusByCrls } from './crl-status.ts';
import { statusByOcsp } from './ocsp.ts';
import { certIdOf } from './ocsp-request.ts';

const INPUTS = 10_000;
const authority = new TestAuthority('Hostile authority');
const certificate = authority.issue({ serial: 5, crl: ['http://crl.example/'] });

/** Small numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutated(original: Uint8Array, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + random(4); changes > 0; changes -= 1) bytes[random(bytes.length)] = random(256);
  return random(5) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

function anything(random: (below: number) => number): Buffer {
  const bytes = Buffer.alloc(random(200));
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = random(256);
  if (random(2) === 0) bytes[0] = 0x30;
  return bytes;
}

const crls = [
  authority.crl({ number: 3, entries: [{ serial: 5, reason: 1 }, { serial: 6 }] }),
  authority.crl({ number: 4, extensions: [deltaIndicator(3)], entries: [{ serial: 5, reason: 8 }] }),
  authority.crl({
    extensions: [
      issuingDistributionPoint({ names: [uriName('http://crl.example/')], reasons: [1, 2], indirect: true }),
    ],
    entries: [{ serial: 5, extensions: [extension('2.5.29.29', derSequence(directoryName('Other')), true)] }],
  }),
];

test('random and mutated CRLs are refused with MalformedDer alone, and never make a certificate good', () => {
  const random = numbers(1);
  let refused = 0;
  for (let input = 0; input < INPUTS; input += 1) {
    const original = crls[random(crls.length)] ?? new Uint8Array();
    const bytes = random(4) === 0 ? anything(random) : mutated(original, random);
    try {
      const crl = Crl.parse(bytes, 100_000);
      if (bytes.equals(original)) continue;
      const answer = statusByCrls({
        certificate,
        issuer: authority.certificate,
        crls: [crl],
        signers: [authority.certificate],
        at: NOW,
      });
      assert.equal(answer.status, 'unusable', bytes.toString('hex'));
    } catch (error) {
      assert.ok(error instanceof MalformedDer, `${bytes.toString('hex')}: ${error}`);
      refused += 1;
    }
  }
  assert.ok(refused > INPUTS / 4 && refused < INPUTS, `${refused} of ${INPUTS} were refused`);
});

test('random and mutated OCSP responses are never believed and never throw', () => {
  const random = numbers(2);
  const responder = new TestAuthority('Hostile responder', authority, {
    isCa: false,
    keyUsage: [0],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
  });
  const { serialNumber } = certificate.fields;
  const responses = [
    authority.ocsp(serialNumber),
    authority.ocsp(serialNumber, { status: 'revoked', reason: 1, byKey: true }),
    authority.ocsp(serialNumber, { responder, certificates: [responder.certificate] }),
  ];
  const request = { certId: certIdOf(certificate, authority.certificate, 'sha1') };
  const believed = (response: Uint8Array) =>
    statusByOcsp({ request, issuer: authority.certificate, response, at: NOW, maxBytes: 100_000 });
  for (const response of responses) assert.notEqual(believed(response).status, 'unusable');
  for (let input = 0; input < INPUTS; input += 1) {
    const original = responses[random(responses.length)] ?? new Uint8Array();
    const response = random(4) === 0 ? anything(random) : mutated(original, random);
    const answer = believed(response);
    if (answer.status === 'unusable' || response.equals(original)) continue;
    // Beside the signed part, and in octets of the responder's certificate that decide nothing, a change may
    // go unnoticed; it must not change the answer.
    assert.equal(answer.status, believed(original).status, response.toString('hex'));
  }
});
