import { ISSUED_CLIENT_SUBJECT, type KeyMaterial } from '../key-material.ts';
import { type Person, REDIRECT_URI, type Role } from './dialect.ts';

/** The realm of the benchmark. */
export const REALM = 'bench';
/** The secret of the client that has one. */
export const SECRET = 'bench-secret-of-thirty-two-octets-and-more';
/** Who signs in there. */
export const PERSON: Person = { username: 'bench', password: 'correct horse battery staple' };

type Attributes = Readonly<Record<string, string>>;

const ES256: Attributes = {
  'access.token.signed.response.alg': 'ES256',
  'id.token.signed.response.alg': 'ES256',
};

const byCertificate = (subject: string) => ({
  clientAuthenticatorType: 'client-x509',
  attributes: {
    ...ES256,
    'x509.subjectdn': subject,
    'x509.allow.regex.pattern.comparison': 'false',
    'tls.client.certificate.bound.access.tokens': 'true',
  },
});

const SELF_SIGNED = byCertificate('CN=bench-client');

/** What each client is, beside what is common to all. */
const clients = ({ assertionJwk }: KeyMaterial): Readonly<Record<Role, object>> => ({
  mtls: SELF_SIGNED,
  'mtls-ca': byCertificate(ISSUED_CLIENT_SUBJECT),
  private_key_jwt: {
    clientAuthenticatorType: 'client-jwt',
    attributes: {
      ...ES256,
      'use.jwks.string': 'true',
      'jwks.string': JSON.stringify({
        keys: [{ ...assertionJwk, kid: 'bench-assertion', use: 'sig', alg: 'ES256' }],
      }),
      'token.endpoint.auth.signing.alg': 'ES256',
    },
  },
  secret: {
    clientAuthenticatorType: 'client-secret',
    secret: SECRET,
    attributes: ES256,
    // A client is told of a token only if it is meant for it.
    protocolMappers: [
      {
        name: 'own-audience',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: {
          'included.client.audience': 'secret',
          'access.token.claim': 'true',
          'introspection.token.claim': 'true',
        },
      },
    ],
  },
  app: {
    ...SELF_SIGNED,
    standardFlowEnabled: true,
    serviceAccountsEnabled: false,
    redirectUris: [REDIRECT_URI],
  },
  exchange: {
    ...SELF_SIGNED,
    attributes: { ...SELF_SIGNED.attributes, 'standard.token.exchange.enabled': 'true' },
  },
});

/** The realm with all clients and one person, as `kc.sh import` takes it. */
export const realm = (material: KeyMaterial): object => ({
  realm: REALM,
  enabled: true,
  accessTokenLifespan: 3600,
  clients: Object.entries(clients(material)).map(([clientId, rest]) => ({
    clientId,
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    directAccessGrantsEnabled: false,
    consentRequired: false,
    ...rest,
  })),
  users: [
    {
      username: PERSON.username,
      enabled: true,
      email: 'bench@example.com',
      emailVerified: true,
      firstName: 'Ada',
      lastName: 'Lovelace',
      credentials: [{ type: 'password', value: PERSON.password, temporary: false }],
    },
  ],
});
