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

/** Extensions that no issuance here writes, some as they should be and some as they are found. */
const EXTENSIONS = [
  '300f0603551d130101ff0405300301ff00',
  '300f0603551d13010100040530030101ff',
  '300e0603551d0f0101ff040403020080',
  '300e0603551d0f0101ff0404030205a0',
  '30130603551d25040c300a06082b06010505070303',
  '30180603551d110411300f860d737069666665fe3a2f2f782f79',
  '301a0603551d1104133011820f2a2e6578616d706c652e636f6d2e2e',
  '301f0603551d1e0101ff04153013a011300f820d2e6578616d706c65fe2e6f7267',
  '300f0603551d2301010004053003820101',
  '300c0603551d240101ff04023000',
  '30120603551d20040b3009300706052a03040506',
  '30240603551d1f041d301b3019a017a0158613687474703a2f2f3132372e302e302e313a312f63',
  '303006082b0601050507010104243022302006082b060105050730018614687474703a2f2f3132372e302e302e313a312f6f63',
  '301106032a03040101ff040731053003020100',
].map((hex) => Buffer.from(hex, 'hex'));

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
    for (const extension of chance.several(3, () => chance.pick(EXTENSIONS))) {
      extensions?.push(derTree(extension));
    }
    const publicKey = tbs.children?.[6];
    const kept = new Set<DerNode>(publicKey && !chance.happens(4) ? [publicKey] : []);
    bend(tbs, chance, 1 + chance.below(3), kept);
    if (chance.happens(4)) bend(algorithm, chance, 1, new Set());
    const signed = encoded(tbs);
    const signature = sign('sha256', signed, signer);
    const value = Buffer.concat([Uint8Array.of(0), chance.happens(5) ? chance.bytes(70) : signature]);
    const bitString: DerNode = { tag: 0x03, children: undefined, content: value, length: 'shortest' };
    const der = encoded({
      tag: 0x30,
      children: undefined,
      content: Buffer.concat([signed, encoded(algorithm), encoded(bitString)]),
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
