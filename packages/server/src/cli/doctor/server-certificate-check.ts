import { isIP } from 'node:net';
import { isSelfSigned, timeText } from '@countersign/x509';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import { type Found, failed, warning } from './finding.ts';

/** What clients see of the server's certificate: nothing where a proxy ends TLS. */
async function certificateFindings({ configuration, stores }: Examination): Promise<readonly Found[]> {
  const { server, transport } = configuration.atStart;
  const { trusted_addresses, pinned_certificate } = configuration.now().transport.proxy;
  const endsAtProxy = trusted_addresses.length > 0 || pinned_certificate !== undefined;
  if (endsAtProxy && !transport.proxy.proxy_protocol) return [];
  const [own] = (await stores()).stores().serverKey.chain;
  if (own === undefined) return [];
  // What changes the host before the server has a certificate of its own for the one that clients use.
  const hosts = [...new Set([new URL(server.base_url).hostname.replace(/^\[|\]$/g, ''), server.hostname])];
  const isFor = (host: string) =>
    (isIP(host) === 0 ? own.x509.checkHost(host) : own.x509.checkIP(host)) !== undefined;
  return [
    ...(isSelfSigned(own)
      ? [warning('server_certificate_self_signed', `the server certificate, ${own.subject}, is self-signed`)]
      : []),
    ...(hosts.some(isFor)
      ? []
      : [
          warning(
            'server_certificate_wrong_name',
            `the server certificate, ${own.subject}, is not for ${hosts.join(' or ')}`,
          ),
        ]),
  ];
}

/** The certificate that clients meet; when it ends is told beside those of others. */
export const serverCertificateCheck = check('certificates', async (examination) => {
  const { stores, clock, profile } = examination;
  const [own] = (await stores()).stores().serverKey.chain;
  const isEarly = own?.validityAt(clock()).kind === 'not-yet-valid';
  return [
    ...(own !== undefined && isEarly
      ? [
          failed(
            'certificate_not_yet_valid',
            `the server certificate, ${own.subject}, is valid from ${timeText(own.notBefore)}`,
          ),
        ]
      : []),
    ...(profile === 'production' ? await certificateFindings(examination) : []),
  ];
});
