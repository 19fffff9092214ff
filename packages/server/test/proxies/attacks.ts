import { CERTIFICATE_HEADERS } from '@countersign/forwarded-certificate';
import type { TestCertificate } from './test-certificate.ts';

/** A certificate as the formats of the proxies under test write it. */
export const writtenAs = ({ pem, der }: TestCertificate) => ({
  nginx: encodeURIComponent(pem),
  haproxy: der.toString('base64'),
  apache: pem.trimEnd().replaceAll('\n', ' '),
});
export type WrittenFormat = keyof ReturnType<typeof writtenAs>;

/** The victim's certificate under every name it could be looked for. */
export const everyHeader = ({ pem }: TestCertificate): readonly string[] =>
  [...CERTIFICATE_HEADERS].map((name) => `${name}: ${encodeURIComponent(pem)}`);

/** The victim's certificate in the header lines of clients that would like to be taken for it. */
export function injections(victim: TestCertificate, format: WrittenFormat): readonly (readonly string[])[] {
  const value = writtenAs(victim)[format];
  return [
    [`X-SSL-Client-Cert: ${value}`],
    [`x-ssl-client-cert: ${value}`, `X-SSL-CLIENT-CERT: ${value}`],
    [`X-SSL-Client-Cert:${value}`, `X_SSL_Client_Cert: ${value}`],
    [`X-SSL-Client-Cert-Chain: ${value}`, `X-SSL-Client-Cert: ${value}`],
    [`X-SSL-Client-Cert-Chain-9: ${value}`, `X-SSL-Client-Cert: ${value}`],
    [`ssl-client-cert: ${value}`, `Client-Cert: :${victim.der.toString('base64')}:`],
    everyHeader(victim),
  ];
}

const HOST = 'Host: login.example.com';

export type SmuggledRequest = { readonly what: string; readonly text: string };

/**
 * Requests whose end a proxy and a server could see in different places (RFC 9112 §11.2), each a POST to `outer`
 * with a GET of `hidden` in its body.
 */
export function smuggled(outer: string, hidden: string): readonly SmuggledRequest[] {
  const HIDDEN = `GET ${hidden} HTTP/1.1\r\n${HOST}\r\nX-SSL-Client-Cert: x\r\n\r\n`;
  const post = (...lines: string[]) => [`POST ${outer} HTTP/1.1`, HOST, ...lines, '', ''].join('\r\n');
  return [
    {
      what: 'two lengths',
      text: `${post('Content-Length: 0', `Content-Length: ${HIDDEN.length}`)}${HIDDEN}`,
    },
    {
      what: 'a list of lengths',
      text: `${post(`Content-Length: 0, ${HIDDEN.length}`)}${HIDDEN}`,
    },
    {
      what: 'chunks that end before the length does',
      text: `${post(`Content-Length: ${HIDDEN.length + 5}`, 'Transfer-Encoding: chunked')}0\r\n\r\n${HIDDEN}`,
    },
    {
      what: 'a length after an unusual encoding',
      text: `${post('Transfer-Encoding: xchunked', `Content-Length: ${HIDDEN.length}`)}${HIDDEN}`,
    },
    {
      what: 'an encoding behind a blank',
      text: `${post('Transfer-Encoding : chunked', `Content-Length: ${HIDDEN.length + 5}`)}0\r\n\r\n${HIDDEN}`,
    },
    {
      what: 'a folded encoding',
      text: `${post('Transfer-Encoding:', ' chunked', `Content-Length: ${HIDDEN.length + 5}`)}0\r\n\r\n${HIDDEN}`,
    },
    {
      what: 'a length with a sign',
      text: `${post('Content-Length: +0')}`,
    },
  ];
}
