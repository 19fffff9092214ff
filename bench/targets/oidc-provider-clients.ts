import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientMetadata, JWK } from 'oidc-provider';
import { ASSERTION_PUBLIC_KEY, CLIENT_CERTIFICATE, ISSUED_CLIENT_SUBJECT } from '../key-material.ts';
import { REDIRECT_URI, type Role, SCOPE } from './dialect.ts';

/** The secret of the client that has one. */
export const SECRET = 'bench-secret-of-thirty-two-octets-and-more';

/** A key of P-256 as oidc-provider takes it. */
export function ecJwk({ crv, x, y, d }: JsonWebKey): JWK & { kty: 'EC' } {
  if (crv === undefined || x === undefined || y === undefined) throw new Error('not an EC key');
  return { kty: 'EC', crv, x, y, ...(d !== undefined && { d }) };
}

/** The clients of oidc-provider, each named as its role. @param folder of the key material */
export function clientsIn(folder: string): ClientMetadata[] {
  const read = (name: string) => readFileSync(join(folder, name));
  const certificate = new X509Certificate(read(CLIENT_CERTIFICATE));
  const common = {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'ES256',
  } as const;
  const selfSigned = {
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    tls_client_certificate_bound_access_tokens: true,
    jwks: {
      keys: [
        {
          ...ecJwk(certificate.publicKey.export({ format: 'jwk' })),
          use: 'sig',
          x5c: [certificate.raw.toString('base64')],
        },
      ],
    },
  } as const;
  const metadata: Record<Exclude<Role, 'exchange'>, Omit<ClientMetadata, 'client_id'>> = {
    mtls: { ...common, ...selfSigned },
    'mtls-ca': {
      ...common,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_certificate_bound_access_tokens: true,
      tls_client_auth_subject_dn: ISSUED_CLIENT_SUBJECT,
    },
    private_key_jwt: {
      ...common,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: {
        keys: [
          { ...ecJwk(createPublicKey(read(ASSERTION_PUBLIC_KEY)).export({ format: 'jwk' })), use: 'sig' },
        ],
      },
    },
    secret: { ...common, token_endpoint_auth_method: 'client_secret_basic', client_secret: SECRET },
    app: {
      ...selfSigned,
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [REDIRECT_URI],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
      scope: SCOPE,
    },
  };
  return Object.entries(metadata).map(([client_id, rest]) => ({ client_id, ...rest }));
}
