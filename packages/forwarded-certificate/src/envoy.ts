import { createHash } from 'node:crypto';
import { decodePem, decodePercent, exactlyOne, UnreadableValue } from './encodings.ts';
import { type CertificateHeaderFormat, defineFormat } from './format.ts';

/**
 * Envoy: `X-Forwarded-Client-Cert` with `forward_client_cert_details: SANITIZE_SET` and
 * `set_current_client_cert_details: { cert: true, chain: true }`. An element is `Key=value` pairs joined
 * by `;`, elements are joined by `,`; `Cert` and `Chain` are quoted percent-encoded PEM, `Chain` with the
 * client's certificate first, and `Hash` is the hexadecimal SHA-256 of the certificate.
 *
 * One element only. With `APPEND_FORWARD` the elements to the left come from the client, and Envoy
 * writes SAN values of the client's certificate unquoted behind `Cert`: a certificate made for it can
 * feign a further element. For the same reason `Hash`, which Envoy writes first, must stand exactly once and
 * match the certificate.
 */
export function envoy(certificateHeader = 'x-forwarded-client-cert'): CertificateHeaderFormat {
  return defineFormat({ name: 'envoy', certificateHeader, decode: decodeElement });
}

function decodeElement(value: string): readonly Uint8Array[] {
  const [element = [], ...more] = parseElements(value);
  if (more.length > 0) {
    throw new UnreadableValue(
      `holds ${more.length + 1} elements where one is expected; set forward_client_cert_details to SANITIZE_SET`,
    );
  }
  const hash = only(element, 'Hash');
  const cert = only(element, 'Cert');
  const chain = only(element, 'Chain');
  if (hash === undefined) throw new UnreadableValue('has no Hash');
  if (cert === undefined && chain === undefined) {
    throw new UnreadableValue('has neither Cert nor Chain; enable them in set_current_client_cert_details');
  }
  const chained = chain === undefined ? [] : decodePem(decodePercent(chain));
  const [leaf] = cert === undefined ? chained : exactlyOne(decodePem(decodePercent(cert)));
  if (leaf === undefined) throw new UnreadableValue('holds no certificate');
  const actual = createHash('sha256').update(leaf).digest('hex');
  if (actual !== hash.toLowerCase()) {
    throw new UnreadableValue(`has Hash ${hash} beside a certificate whose SHA-256 is ${actual}`);
  }
  const [head] = chained;
  if (head !== undefined && !Buffer.from(head).equals(leaf)) {
    throw new UnreadableValue('has a Chain that does not begin with the certificate in Cert');
  }
  return chained.length > 0 ? chained : [leaf];
}

type Pair = { readonly key: string; readonly value: string };

function only(element: readonly Pair[], key: string): string | undefined {
  const found = element.filter((pair) => pair.key.toLowerCase() === key.toLowerCase());
  if (found.length > 1) throw new UnreadableValue(`has ${key} ${found.length} times`);
  return found[0]?.value;
}

const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(;|,|$)/y;

/** Elements of pairs. A value with `,`, `;` or `=` is quoted, and `\` takes the next character as it is. */
function parseElements(text: string): Pair[][] {
  const elements: Pair[][] = [];
  let element: Pair[] = [];
  let at = 0;
  for (;;) {
    PAIR.lastIndex = at;
    const match = PAIR.exec(text);
    if (match === null) {
      throw new UnreadableValue(`is not Key=value pairs from character ${at + 1} on`);
    }
    const [whole, key = '', quoted, plain = '', end] = match;
    element.push({ key, value: quoted?.replace(/\\(.)/g, '$1') ?? plain });
    at += whole.length;
    if (end === ';') continue;
    elements.push(element);
    element = [];
    if (end !== ',') return elements;
  }
}
