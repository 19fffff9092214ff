import { z } from 'zod';
import { type OwnCertificate, ownCertificates } from '../client/own-certificates.ts';
import type { ClientAuthorityEnd, ClientCertificateEnd } from '../storage/storage.ts';
import { type Watched, watchedOf } from './watched.ts';

/** Of a client's metadata, whatever version wrote them. */
const Metadata = z.looseObject({
  client_name: z.string().exactOptional(),
  certificates: z.array(z.string()).default([]),
  jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).exactOptional(),
});

function metadataIn(json: string): z.output<typeof Metadata> {
  try {
    const read = Metadata.safeParse(JSON.parse(json));
    return read.success ? read.data : { certificates: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { certificates: [] };
  }
}

/** A certificate that a client registered, by its thumbprint; undefined where it cannot be read, or is named alone. */
function registeredIn(
  { certificates, jwks }: z.output<typeof Metadata>,
  thumbprint: string,
): OwnCertificate['certificate'] {
  try {
    const own = ownCertificates({ certificates, ...(jwks && { jwks }) });
    return own.find((each) => each.thumbprint === thumbprint)?.certificate;
  } catch {
    // A record of another version, or damaged: what its columns say is told of it.
    return undefined;
  }
}

/**
 * A certificate that a client registered or came with. One in its inline `jwks` is registered as those in `certificates`
 * are.
 * @param usesSince since when uses are noted; undefined where that is not known
 */
export function clientCertificate(
  row: ClientCertificateEnd,
  { presented, usesSince }: { readonly presented: boolean; readonly usesSince: number | undefined },
): Watched {
  const { client_id, thumbprint, token_endpoint_auth_method: method } = row;
  const metadata = metadataIn(row.metadata);
  const certificate = presented ? undefined : registeredIn(metadata, thumbprint);
  const read = certificate && watchedOf(certificate);
  const subject = read?.subject ?? row.subject ?? undefined;
  const not_before = read?.not_before ?? row.not_before ?? undefined;
  // Uses are noted of certificates that authenticate, and of those a self-signed one is registered alone.
  const usesAreNoted = method === 'self_signed_tls_client_auth' && certificate !== undefined;
  return {
    kind: 'client',
    key: `client ${client_id} ${thumbprint}`,
    name: metadata.client_name ?? client_id,
    client_id,
    thumbprint,
    not_after: row.not_after ?? undefined,
    ...(subject !== undefined && { subject }),
    ...(not_before !== undefined && { not_before }),
    ...(row.last_used_at !== null && { last_used_at: row.last_used_at }),
    ...(usesAreNoted &&
      usesSince !== undefined && {
        use_known_since: Math.max(usesSince, row.client_id_issued_at * 1000, not_before ?? 0),
      }),
    ...(row.succeeded === 1 && { succeeded: true }),
    ...(presented && { presented: true }),
  };
}

/** An authority that clients have as their own, `trust_anchors` of their metadata. */
export const clientAuthority = ({
  thumbprint,
  not_after,
  client_id,
  clients,
}: ClientAuthorityEnd): Watched => ({
  kind: 'authority',
  key: `authority ${thumbprint}`,
  name: `trust_anchors of ${client_id}${clients > 1 ? ` and ${clients - 1} more` : ''}`,
  client_id,
  clients,
  thumbprint,
  not_after: not_after ?? undefined,
});
