import { type KeyObject, sign } from 'node:crypto';
import { type Certificate, certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import type { ClientTls } from '../mutual-tls-fetch.ts';
import type { Chance } from './chance.ts';
import { bend, type DerNode, derTree, encoded } from './der-tree.ts';

/** A certificate that its key signed anew after it was bent, so that a handshake with it can succeed. */
export type StrangeCertificate = ClientTls & { readonly der: Uint8Array };

type Model = { readonly certificate: Certificate; readonly key: KeyObject; readonly signer: KeyObject };

const pemOf = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};

const pkcs8 = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }).toString();

const primitive = (tag: number, content: Uint8Array): DerNode => ({
  tag,
  children: undefined,
  content,
  length: 'shortest',
});
const constructed = (tag: number, ...children: DerNode[]): DerNode => ({
  ...primitive(tag, new Uint8Array()),
  children,
});
const text = (tag: number, content: string) => primitive(tag, Buffer.from(content));
const hex = (tag: number, content: string) => primitive(tag, Buffer.from(content, 'hex'));

/** An extension of id-ce (RFC 5280 §4.2.1). @param critical as it is written, if it is */
const extension = (number: number, value: DerNode, critical?: 'ff' | '00' | '01'): DerNode =>
  constructed(
    0x30,
    primitive(0x06, Uint8Array.of(0x55, 0x1d, number)),
    ...(critical === undefined ? [] : [hex(0x01, critical)]),
    primitive(0x04, encoded(value)),
  );

/** Extensions that no issuance here writes, some as they should be and some as they are found. */
const EXTENSIONS: readonly DerNode[] = [
  extension(19, constructed(0x30, hex(0x01, 'ff')), 'ff'),
  extension(19, constructed(0x30, hex(0x01, '00')), '00'),
  extension(19, constructed(0x30, hex(0x01, 'ff'), hex(0x02, 'ff')), 'ff'),
  extension(15, hex(0x03, '0080'), 'ff'),
  extension(15, hex(0x03, '03'), '01'),
  extension(15, hex(0x03, '0504'), 'ff'),
  extension(37, constructed(0x30, hex(0x06, '2b06010505070303'))),
  extension(17, constructed(0x30, text(0x86, 'spiffe://\u00fc/x'), text(0x82, '*.example.com..')), 'ff'),
  extension(17, constructed(0x30, text(0x81, 'j\u00fcrgen@example.com'), text(0x82, 'a.example'))),
  extension(17, constructed(0x30, constructed(0xa0, hex(0x06, '2b'), constructed(0xa0, text(0x0c, 'a'))))),
  extension(17, constructed(0x30)),
  extension(18, constructed(0x30, hex(0x87, 'ffffff'))),
  extension(30, constructed(0x30, constructed(0xa0, constructed(0x30, text(0x82, 'example.org')))), 'ff'),
  extension(35, constructed(0x30, hex(0x82, '01'))),
  extension(36, constructed(0x30), 'ff'),
  extension(32, constructed(0x30, constructed(0x30, hex(0x06, '2a030405')))),
  extension(
    31,
    constructed(
      0x30,
      constructed(0x30, constructed(0xa0, constructed(0xa0, text(0x86, 'http://127.0.0.1:1/c')))),
    ),
  ),
  extension(
    31,
    constructed(0x30, constructed(0x30, constructed(0xa0, constructed(0xa0, text(0x86, '\u00fc'))))),
  ),
  extension(99, constructed(0x31, constructed(0x30)), 'ff'),
];

/** Makes strange certificates of keys that were made once: a handshake proves that the client has the key. */
export async function strangeCertificates(authority: {
  readonly certificate: Certificate;
  readonly privateKey: KeyObject;
}): Promise<(chance: Chance) => StrangeCertificate> {
  const request = { keyType: 'EC-P256', days: 30, usage: 'client', now: Date.now() } as const;
  const names = { dns: ['a.example'], uri: ['spiffe://example.org/a'], ip: ['192.0.2.1'] };
  const made = await Promise.all([
    issueCertificate({ ...request, subject: 'CN=self,O=Example' }),
    issueCertificate({ ...request, subject: '', subjectAltNames: names }),
    issueCertificate({
      ...request,
      subject: 'CN=known,O=Example',
      subjectAltNames: names,
      issuer: authority,
    }),
    issueCertificate({ ...request, subject: '', subjectAltNames: names, issuer: authority }),
    issueCertificate({ ...request, usage: 'ca', subject: 'C=GB,CN=A CA' }),
  ]);
  const models: readonly Model[] = made.map(({ certificate, privateKey }, index) => ({
    certificate,
    key: privateKey,
    signer: index === 2 || index === 3 ? authority.privateKey : privateKey,
  }));

  return (chance) => {
    const { certificate, key, signer } = chance.pick(models);
    const outer = derTree(certificate.der);
    const [tbs, algorithm] = outer.children ?? [];
    if (tbs === undefined || algorithm === undefined) throw new TypeError('not a certificate');
    const extensions = tbs.children?.at(-1)?.children?.[0]?.children;
    if (chance.happens(50))
      extensions?.push(...chance.several(2, () => structuredClone(chance.pick(EXTENSIONS))));
    const publicKey = tbs.children?.[6];
    const kept = new Set<DerNode>(publicKey && !chance.happens(4) ? [publicKey] : []);
    bend(tbs, chance, chance.pick([0, 1, 1, 1, 2, 3]), kept);
    if (chance.happens(4)) bend(algorithm, chance, 1, new Set());
    const signed = encoded(tbs);
    const signature = sign('sha256', signed, signer);
    const value = Buffer.concat([Uint8Array.of(0), chance.happens(5) ? chance.bytes(70) : signature]);
    const der = encoded({
      ...primitive(0x30, Buffer.concat([signed, encoded(algorithm), encoded(primitive(0x03, value))])),
      length: chance.happens(3) ? 'indefinite' : 'shortest',
    });
    const more = chance.happens(30)
      ? chance
          .several(10, () =>
            chance.pick([authority.certificate, ...models.map((model) => model.certificate)]),
          )
          .map(certificateToPem)
      : [];
    return { cert: pemOf(der) + more.join(''), key: pkcs8(key), der };
  };
}
