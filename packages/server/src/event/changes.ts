import { isDeepStrictEqual } from 'node:util';
import { certificateDescription, parsePemCertificates } from '@countersign/x509';

/** One member of a record before and after; a side is absent where the member was. */
export type Change = { readonly old?: unknown; readonly new?: unknown };

/** What a change did to a record, by the names of its members. */
export type Changes = Readonly<Record<string, Change>>;

/** What stands in place of a secret: that it changed is told, its value never. */
export const REDACTED = '[redacted]';

/** Members whose values let somebody in, or are made of what does; with the private members of a JWK (RFC 7518 §6). */
const SECRET =
  /secret|password|passphrase|private|sealed|totp|assertion|recovery_code|(?:^|_)token(?:_sha256)?$|^(?:d|p|q|dp|dq|qi|oth|k)$/i;

function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, SECRET.test(name) ? REDACTED : withoutSecrets(item)]),
  );
}

/** The changes with every secret left out, known by the name of its member at any depth. */
export function redacted(changes: Changes): Changes {
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => {
      const sides = Object.entries(change).map(([side, value]) => [
        side,
        SECRET.test(name) ? REDACTED : withoutSecrets(value),
      ]);
      return [name, Object.fromEntries(sides)];
    }),
  );
}

/** A certificate as an auditor reads it, and as it can be found again; other values as they are. */
function described(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => described(item));
  if (typeof value !== 'string' || !value.startsWith('-----BEGIN CERTIFICATE-----')) return value;
  try {
    const certificates = parsePemCertificates(value).map(certificateDescription);
    return certificates.length === 1 ? certificates[0] : certificates;
  } catch {
    return value;
  }
}

/**
 * What differs between two states of a record, secrets left out, certificates by their names and thumbprints.
 * @param before undefined for a record that is made
 * @param after undefined for one that is removed
 */
export function changesBetween(
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>> | undefined,
): Changes {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = Array.from(names).flatMap((name) => {
    const old = before?.[name];
    const now = after?.[name];
    if (isDeepStrictEqual(old, now)) return [];
    return [
      [
        name,
        {
          ...(old !== undefined && { old: described(old) }),
          ...(now !== undefined && { new: described(now) }),
        },
      ] as const,
    ];
  });
  return redacted(Object.fromEntries(changes));
}
