import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate made for a test, with the key that belongs to it. */
export type TestCertificate = {
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  readonly privateKey: KeyObject;
  readonly commonName: string;
};

type Options = {
  readonly issuer?: TestCertificate;
  readonly authority?: boolean;
  /** Bytes of an extension that means nothing, to make the certificate large. */
  readonly padding?: number;
  /** DNS names of the subject alternative name; `localhost` unless given. */
  readonly names?: readonly string[];
  readonly uris?: readonly string[];
};

const der = (tag: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const n = body.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...content: Buffer[]) => der(0x30, ...content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const name = (commonName: string) =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
const extension = (id: string, value: Buffer) => sequence(oid(id), der(0x04, value));

/** A P-256 certificate valid from yesterday for ten days, self-signed unless an issuer is given. */
export function testCertificate(commonName: string, options: Options = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const day = 86_400_000;
  const extensions = [
    extension(
      '551d11',
      sequence(
        ...(options.names ?? ['localhost']).map((dns) => der(0x82, Buffer.from(dns))),
        ...(options.uris ?? []).map((uri) => der(0x86, Buffer.from(uri))),
      ),
    ),
    ...(options.authority ? [extension('551d13', sequence(der(0x01, Buffer.from([0xff]))))] : []),
    ...(options.padding ? [extension('2b0601040183bf7d01', randomBytes(options.padding))] : []),
  ];
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name(options.issuer?.commonName ?? commonName),
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + 10 * day)),
    name(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', tbs, options.issuer?.privateKey ?? privateKey);
  const bytes = sequence(tbs, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    der: bytes,
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    commonName,
  };
}
