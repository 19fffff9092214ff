import { z } from 'zod';
import type { Client } from '../client/client.ts';
import type { ClientMetadata } from '../client/client-metadata.ts';
import { InvalidClientMetadata } from '../client/client-registration.ts';
import { urisOfSector } from '../client/sector.ts';
import { type OutboundFetch, OutboundRefused } from '../outbound/outbound-fetch.ts';

/** What keeps the document of a sector from vouching for a client. */
export type SectorFault = 'unavailable' | 'malformed' | 'uri_missing';

/** In words that tell a stranger nothing of what this server can reach. */
const IN_WORDS: Readonly<Record<SectorFault, string>> = {
  unavailable: 'the document cannot be fetched',
  malformed: 'the document is no JSON array of URIs',
  uri_missing: 'the document does not list every URI of the client',
};

/** Thrown when the document at `sector_identifier_uri` does not vouch for the client. */
export class SectorUnverified extends InvalidClientMetadata {
  override readonly name = 'InvalidClientMetadata';
  readonly evidence: Readonly<Record<string, unknown>>;
  /** The message without what only an operator should know. */
  readonly publicMessage: string;

  constructor(fault: SectorFault, why: string, evidence: Readonly<Record<string, unknown>>) {
    super('sector_identifier_uri', `${IN_WORDS[fault]}: ${why}`);
    this.publicMessage = `sector_identifier_uri: ${IN_WORDS[fault]}`;
    this.evidence = { fault, why, ...evidence };
  }
}

/**
 * Checks that a client is of the sector that its `sector_identifier_uri` names: the document there lists its URIs (OIDC
 * Registration §5). What was checked stays checked: of a client that was registered before only what is new is looked
 * up, so that a document that cannot be had now keeps nobody from changing anything else.
 * @param before the metadata of the client so far
 * @throws SectorUnverified
 */
export type CheckSector = (
  client: Pick<Client, 'client_id' | 'metadata'>,
  before?: ClientMetadata,
) => Promise<void>;

const MEDIA_TYPES = ['application/json', 'text/json', 'text/plain', 'application/octet-stream'];
const MOST_BYTES = 256 * 1024;
const TIMEOUT_MS = 5_000;
const Document = z.array(z.string());

/** The URIs that no document vouched for yet. */
function unverified(metadata: ClientMetadata, before: ClientMetadata | undefined): readonly string[] {
  const uris = urisOfSector(metadata);
  if (before === undefined || before.sector_identifier_uri !== metadata.sector_identifier_uri) return uris;
  const verified = new Set(urisOfSector(before));
  return uris.filter((uri) => !verified.has(uri));
}

export function createSectorCheck(fetch: OutboundFetch): CheckSector {
  const documentAt = async (url: string, client_id: string): Promise<ReadonlySet<string>> => {
    try {
      const { body } = await fetch({
        purpose: 'sector',
        client_id,
        url,
        accept: MEDIA_TYPES,
        // Whoever can have that host redirect would have its sector.
        refusesRedirects: true,
        maxBytes: MOST_BYTES,
        timeoutMs: TIMEOUT_MS,
      });
      const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
      return new Set(Document.parse(JSON.parse(text)));
    } catch (error) {
      if (error instanceof OutboundRefused) {
        throw new SectorUnverified('unavailable', error.message, {
          ...error.evidence,
          because: error.because,
          sector_identifier_uri: url,
        });
      }
      const isMalformed =
        error instanceof SyntaxError || error instanceof TypeError || error instanceof z.ZodError;
      if (!isMalformed) throw error;
      const why = error instanceof z.ZodError ? 'it holds something else' : error.message;
      throw new SectorUnverified('malformed', why, { sector_identifier_uri: url });
    }
  };

  return async ({ client_id, metadata }, before) => {
    const { sector_identifier_uri: url } = metadata;
    if (url === undefined) return;
    const isNew = before?.sector_identifier_uri !== url;
    const uris = unverified(metadata, before);
    if (uris.length === 0 && !isNew) return;
    const listed = await documentAt(url, client_id);
    const missing = uris.filter((uri) => !listed.has(uri));
    if (missing.length === 0) return;
    throw new SectorUnverified('uri_missing', missing.join(', ').slice(0, 1000), {
      sector_identifier_uri: url,
      expected: missing.map((uri) => uri.slice(0, 500)).slice(0, 20),
      presented: `${listed.size} others`,
    });
  };
}
