import { ClientMetadata, OPERATOR_METADATA } from '../client/client-metadata.ts';
import { unsupportedIn } from '../client/unsupported-metadata.ts';
import { invalidClientMetadata, invalidSoftwareStatement } from '../refusal/error-codes.ts';
import type { ReadSoftwareStatement } from './software-statement.ts';

/** What a client sends: RFC 7591 metadata as JSON. */
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
      const value = Object.hasOwn(words, field) ? words[field] : undefined;
      return value === undefined || value === null ? [] : [[field, value]];
    }),
  );
}

/** The claims of a statement that was verified when it came. */
export function claimsOf(statement: string): SentMetadata {
  const claims: unknown = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString());
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
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
    if (kept !== undefined) return { asked: { ...asked, ...knownFields(claimsOf(kept)) }, statement: kept };
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
  const stated = await readSoftwareStatement(software_statement);
  checkSupported(stated);
  return { asked: { ...asked, ...knownFields(stated) }, statement: software_statement };
}
