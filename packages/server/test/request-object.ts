import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

/** A key that a client signs assertions and request objects with. */
export type ClientKey = {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  /** For the client's registration. */
  readonly jwks: { readonly keys: readonly object[] };
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
};

const pair = (alg: string) => {
  switch (alg) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
};

/** Makes a key for `alg`. */
export function createClientKey(alg = 'ES256'): ClientKey {
  const { publicKey, privateKey } = pair(alg);
  const kid = randomUUID();
  return {
    kid,
    alg,
    privateKey,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid }] },
    sign: (claims, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

const now = () => Math.floor(Date.now() / 1000);

/** A request object (RFC 9101 §4) that every profile accepts; `claims` change it. */
export function requestObject(
  key: ClientKey,
  client_id: string,
  issuer: string,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = { typ: 'oauth-authz-req+jwt' },
): Promise<string> {
  const iat = now();
  return key.sign(
    { iss: client_id, aud: issuer, client_id, jti: randomUUID(), iat, nbf: iat, exp: iat + 300, ...claims },
    header,
  );
}

/** A client assertion for `private_key_jwt` (RFC 7523 §3), as form parameters. */
export async function clientAssertion(
  key: ClientKey,
  client_id: string,
  issuer: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<{ client_assertion: string; client_assertion_type: string }> {
  const iat = now();
  return {
    client_assertion: await key.sign({
      iss: client_id,
      sub: client_id,
      aud: issuer,
      jti: randomUUID(),
      iat,
      exp: iat + 60,
      ...claims,
    }),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  };
}
