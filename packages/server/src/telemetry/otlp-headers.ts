/** A field name (RFC 9110 §5.6.2), `=`, and a value with characters of a URL's alone. */
const PAIR = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*([\x21-\x2b\x2d-\x7e]*)\s*$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What the protocol sets itself. */
const OWN = ['content-type', 'content-length', 'host', 'connection', 'transfer-encoding'];

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/**
 * Reads headers as `OTEL_EXPORTER_OTLP_HEADERS` holds them (OpenTelemetry Protocol Exporter): `name=value` pairs with
 * commas between, values percent-encoded.
 * @returns undefined where it is not written so, or names a header that is not to be chosen
 */
export function otlpHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [, name = '', written = ''] = PAIR.exec(part) ?? [];
    const value = decoded(written);
    if (name === '' || value === undefined || !FIELD_VALUE.test(value)) return undefined;
    if (OWN.includes(name.toLowerCase()) || Object.hasOwn(headers, name.toLowerCase())) return undefined;
    headers[name.toLowerCase()] = value;
  }
  return Object.keys(headers).length > 0 ? headers : undefined;
}
