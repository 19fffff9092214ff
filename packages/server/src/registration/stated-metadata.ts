import { ClientMetadata, OPERATOR_METADATA } from '../client/client-metadata.ts';
import { unsupportedIn } from '../client/unsupported-metadata.ts';
import { ownMember } from '../own-member.ts';
import {
  invalidClientMetadata,
  invalidRedirectUri,
  invalidSoftwareStatement,
  type RefusalOfCode,
} from '../refusal/error-codes.ts';
import type { ReadSoftwareStatement } from './software-statement.ts';
import { formatOf, type Vouched, vouchedBy } from './statement-format.ts';

/** What a client sends: RFC 7591 metadata. */
export type SentMetadata = Readonly<Record<string, unknown>>;

const OPERATOR_FIELDS = new Set<string>(OPERATOR_METADATA);
const FIELDS = Object.keys(ClientMetadata.shape).filter((field) => !OPERATOR_FIELDS.has(field));

/**
 * What is asked for and cannot be had is not passed over.
 * @throws Refusal `invalid_client_metadata`
 */
function checkSupported(words: SentMetadata): void {
  const unsupported = unsupportedIn(words);
  if (!unsupported) return;
  const { field, why } = unsupported;
  throw invalidClientMetadata(`${field}: is not supported: ${why}`, 'client_metadata_invalid', {
    field,
    why,
  });
}

/** What of a client's or an authority's words this server reads; it ignores what nobody defines (RFC 7591 §2). */
function knownFields(words: SentMetadata): Record<string, unknown> {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = ownMember(words, field);
      return value === undefined || value === null ? [] : [[field, value]];
    }),
  );
}

/** The claims of a statement that was verified when it came. */
export function claimsOf(statement: string): SentMetadata {
  const claims: unknown = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString());
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}

/**
 * What the client asked for, with what the statement says above it; keys and addresses of the software are those of the
 * statement, or some of them, and no others.
 * @throws Refusal `invalid_client_metadata`, `invalid_redirect_uri`
 */
function withVouched(asked: Record<string, unknown>, vouched: Vouched): Record<string, unknown> {
  const { redirect_uris: allowed, jwks_uri } = vouched;
  const known = knownFields(vouched.metadata);
  if (allowed === undefined) return { ...asked, ...known };
  const exceeds = (refusal: RefusalOfCode, field: string, expected: unknown, presented: unknown) =>
    refusal(`${field} is not what the software statement says.`, 'software_statement_exceeded', {
      field,
      expected,
      presented,
    });
  if (asked.jwks !== undefined) throw exceeds(invalidClientMetadata, 'jwks', { jwks_uri }, 'keys by value');
  if (asked.jwks_uri !== undefined && asked.jwks_uri !== jwks_uri) {
    throw exceeds(invalidClientMetadata, 'jwks_uri', jwks_uri, asked.jwks_uri);
  }
  const wanted = asked.redirect_uris === undefined ? allowed : asked.redirect_uris;
  const other = Array.isArray(wanted)
    ? wanted.find((uri) => typeof uri !== 'string' || !allowed.includes(uri))
    : undefined;
  if (other !== undefined) throw exceeds(invalidRedirectUri, 'redirect_uris', allowed, other);
  return { ...asked, ...known, redirect_uris: wanted };
}

/** What a client asks to be registered as, and the software statement that vouches for it. */
export type StatedMetadata = {
  /** Known metadata fields alone; the claims of the statement stand above the client's words (RFC 7591 §2.3). */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly statement: string | undefined;
};

/**
 * Reads the metadata of a request, and its software statement where it has one.
 * @param kept the statement of the registration so far: believed when it came; that it has ended since takes nothing back
 * @param required whether there must be one
 * @throws Refusal `invalid_software_statement`, `invalid_client_metadata`, and what `readSoftwareStatement` throws
 */
export async function statedMetadata(
  words: SentMetadata,
  kept: string | undefined,
  required: boolean,
  readSoftwareStatement: ReadSoftwareStatement,
): Promise<StatedMetadata> {
  checkSupported(words);
  const asked = knownFields(words);
  const { software_statement } = words;
  if (software_statement === undefined || software_statement === null) {
    if (kept !== undefined) {
      const claims = claimsOf(kept);
      return { asked: withVouched(asked, vouchedBy(formatOf(claims), claims)), statement: kept };
    }
    if (!required) return { asked, statement: undefined };
    throw invalidSoftwareStatement('A software statement is needed.', 'software_statement_absent', {
      expected: 'software_statement',
    });
  }
  if (typeof software_statement !== 'string') {
    throw invalidSoftwareStatement('The software statement is not a JWT.', 'software_statement_invalid', {
      expected: 'a JWT',
      presented: typeof software_statement,
    });
  }
  const { vouched } = await readSoftwareStatement(software_statement);
  checkSupported(vouched.metadata);
  return { asked: withVouched(asked, vouched), statement: software_statement };
}
