import type { Client } from './client.ts';
import type { ClientMetadata } from './client-metadata.ts';

type SectorMetadata = Pick<
  ClientMetadata,
  'subject_type' | 'sector_identifier_uri' | 'redirect_uris' | 'jwks_uri' | 'grant_types'
>;

const CIBA = 'urn:openid:params:grant-type:ciba';
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** The URIs that say which sector a client is of, and that the document of a sector must list (OIDC Registration §5, CIBA §4). */
export const urisOfSector = ({
  redirect_uris,
  jwks_uri,
  grant_types,
}: Pick<SectorMetadata, 'redirect_uris' | 'jwks_uri' | 'grant_types'>): readonly string[] =>
  grant_types.includes(CIBA) && jwks_uri !== undefined ? [...redirect_uris, jwks_uri] : redirect_uris;

/** The host of a web address; undefined for a loopback address and a private scheme, which are everybody's. */
function hostOf(uri: string): string | undefined {
  const { protocol, hostname } = new URL(uri);
  return /^https?:$/.test(protocol) && !LOOPBACK_HOSTS.includes(hostname) ? hostname : undefined;
}

const hostsOf = (metadata: SectorMetadata): ReadonlySet<string | undefined> =>
  new Set(urisOfSector(metadata).map(hostOf));

/**
 * The sector within which people have one pairwise subject (OIDC Core §8.1): the host of `sector_identifier_uri`, else that
 * of the redirect URIs. A client without any host is a sector of its own: what it shares with others, such as
 * `localhost`, makes them no one's.
 */
export function sectorOf({
  client_id,
  metadata,
}: Pick<Client, 'client_id'> & { metadata: SectorMetadata }): string {
  const { sector_identifier_uri } = metadata;
  if (sector_identifier_uri !== undefined) return new URL(sector_identifier_uri).hostname;
  const [host, ...others] = hostsOf(metadata);
  // A space stands in no host.
  return host === undefined || others.length > 0 ? `client ${client_id}` : host;
}

/** How a CIBA client shows that the keys at its `jwks_uri` are its own (CIBA §4). */
const provesKeys = ({
  token_endpoint_auth_method: method,
  backchannel_authentication_request_signing_alg: alg,
}: ClientMetadata): boolean =>
  method === 'private_key_jwt' || method === 'self_signed_tls_client_auth' || alg !== undefined;

/** What keeps a client from pairwise subjects; undefined where nothing does, and for any other client. */
export function sectorProblem(
  metadata: ClientMetadata,
): { readonly field: keyof ClientMetadata; readonly message: string } | undefined {
  if (metadata.subject_type !== 'pairwise') return undefined;
  if (metadata.grant_types.includes(CIBA)) {
    if (metadata.jwks_uri === undefined) {
      return { field: 'jwks_uri', message: `is needed for subject_type pairwise with ${CIBA} (CIBA §4)` };
    }
    if (!provesKeys(metadata)) {
      const message = `must be private_key_jwt or self_signed_tls_client_auth for subject_type pairwise with ${CIBA}, unless backchannel_authentication_request_signing_alg has its requests signed (CIBA §4)`;
      return { field: 'token_endpoint_auth_method', message };
    }
  }
  const hosts = hostsOf(metadata);
  if (metadata.sector_identifier_uri !== undefined || hosts.size <= 1) return undefined;
  const named = Array.from(hosts, (host) => host ?? 'one of everybody').join(', ');
  const message = `is needed for subject_type pairwise, for the URIs of the client have several hosts: ${named} (OIDC Core §8.1)`;
  return { field: 'sector_identifier_uri', message };
}
