import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { off } from './values.ts';

/** A name that stands in a path as one segment. */
const segment = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/^\.{1,2}$|[/\p{Cc}]/u.test(name));
const names = (other: string, example: string, description: string) =>
  key(z.array(segment).max(100).default([]), {
    expected: `a list of names of ${other}, without slashes`,
    description,
    reload: 'live',
    example: [example],
  });

const PublishedKey = z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().min(1).max(500) });
const JwkSet = z.looseObject({ keys: z.array(PublishedKey).min(1).max(50) });
/** Of RFC 7517, appendix A.1. */
const EXAMPLE = JSON.stringify({
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      kid: '1',
    },
  ],
});
/** Members of a private key (RFC 7518 §6); `k` is a secret one. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
export type PublishedKey = z.infer<typeof PublishedKey>;

/** The public keys of a JWK Set; `undefined` for what is none, or has a private key. */
function publicKeysIn(text: string): readonly PublishedKey[] | undefined {
  try {
    const { keys } = JwkSet.parse(JSON.parse(text));
    for (const jwk of keys) createPublicKey({ key: { ...jwk }, format: 'jwk' });
    return keys.some((jwk) => SECRET_MEMBERS.some((member) => member in jwk)) ? undefined : keys;
  } catch {
    return undefined;
  }
}

const jwks = z
  .string()
  .max(1_000_000)
  .transform((text, context) => {
    const keys = publicKeysIn(text);
    if (keys) return keys;
    context.issues.push({ code: 'custom', input: text, message: 'no public keys' });
    return z.NEVER;
  });

export const aliases = section(
  'The addresses of another server, at which the endpoints are answered too, so that its clients need not be changed when they move (docs/moving-without-downtime.md).',
  {
    keycloak_realms: names(
      'realms',
      'harbour',
      'Those of these realms of Keycloak: `/realms/NAME/protocol/openid-connect/…`, and the same below `/auth`, as it was before Keycloak 17.',
    ),
    wso2: off(
      'Those of WSO2 Identity Server that are not those of this server anyway: `/oauth2/token/.well-known/…` and `/oauth2/oidcdiscovery/.well-known/…`.',
      'live',
    ),
    wso2_tenants: names(
      'tenants',
      'carbon.super',
      'Those of these tenants of WSO2 Identity Server: `/t/NAME/oauth2/…`, `/t/NAME/oidc/…` and `/t/NAME/api/identity/oauth2/dcr/…`.',
    ),
    jwks: key(jwks.optional(), {
      expected: 'a JWK Set of public keys, each with kid',
      description:
        'The public keys of the other server, published at `/oauth2/jwks` beside those of this one, so that APIs go on verifying the tokens it issued. This server itself takes none of them. `$file{PATH}` reads them from a file.',
      reload: 'live',
      example: EXAMPLE,
    }),
  },
);
