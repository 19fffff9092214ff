import type { Client } from '../../api/admin-api.ts';

/** How the certificates stand that a client authenticates by. */
export type CertificateState = {
  /** Whether every one of them has expired, so that it cannot authenticate at all. */
  readonly isOver: boolean;
  /** When the last of them ends, as the API writes times. */
  readonly last: string;
  readonly count: number;
};

/** Undefined for a client that authenticates by no certificate that is registered here. */
export function certificateState(client: Client, now = Date.now()): CertificateState | undefined {
  const { certificate_details: certificates, token_endpoint_auth_method: method } = client;
  if (method !== 'self_signed_tls_client_auth' || client.jwks_uri !== undefined || client.jwks !== undefined)
    return undefined;
  const ends = certificates.flatMap(({ not_after }) => not_after ?? []);
  const [last] = ends.toSorted((one, other) => Date.parse(other) - Date.parse(one));
  if (last === undefined) return undefined;
  return { isOver: Date.parse(last) < now, last, count: certificates.length };
}
