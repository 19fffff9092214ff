import { z } from 'zod';
import { key, section, sections } from '../key-notes.ts';
import { DAY, DEFAULT_STORE_PASSWORD, rule, text, thumbprint, wholeNumber } from './values.ts';

const password = (description: string) =>
  key(text.default(DEFAULT_STORE_PASSWORD), {
    expected: 'a password of 1 to 2000 characters',
    description,
    reload: 'live',
    secret: true,
  });
const kind = (more: { readonly example?: string } = {}) =>
  key(z.enum(['JKS', 'PKCS12', 'PEM']).default('JKS'), {
    expected: '"JKS", "PKCS12" or "PEM"',
    description:
      'The kind of store. JKS and PKCS12 are told apart by their content, as Java does, whatever the file is called.',
    reload: 'live',
    ...more,
  });

const thumbprints = z.array(thumbprint).default([]);
const THUMBPRINTS =
  'a list of SHA-256 thumbprints, in base64url or as hexadecimal digits with or without colons';

export const primaryKeystore = section(
  "The server's key and certificate: a key store, or two PEM files as cert-manager and ACME clients write them. A changed file is taken up by new connections at once.",
  {
    file_name: key(text.optional(), {
      expected: 'a file name',
      description: 'The key store, relative to repository/resources/security.',
      reload: 'live',
      example: 'wso2carbon.jks',
      otherwise: '"wso2carbon.jks", unless `certificate_file` and `key_file` are given',
    }),
    certificate_file: key(text.optional(), {
      expected: 'a file name',
      description:
        'A PEM file with the certificate and those that issued it, relative to repository/resources/security. While it does not go with `key_file`, as for a moment of a renewal, the last pair that did stays in use.',
      reload: 'live',
      example: '/run/secrets/tls/tls.crt',
      otherwise: 'the certificate of the key store',
    }),
    key_file: key(text.optional(), {
      expected: 'a file name',
      description:
        'The PEM file with the private key of `certificate_file`: PKCS#8, PKCS#1 or SEC 1, encrypted with `key_password` or not.',
      reload: 'live',
      example: '/run/secrets/tls/tls.key',
      otherwise: 'the key of the key store',
    }),
    password: password('The password of the store.'),
    alias: key(text.default('wso2carbon'), {
      expected: 'a name of 1 to 2000 characters',
      description: 'The entry that holds the private key and its certificate chain.',
      reload: 'live',
    }),
    key_password: key(text.optional(), {
      expected: 'a password of 1 to 2000 characters',
      description: 'The password of the private key, where it differs from that of the store.',
      reload: 'live',
      secret: true,
      example: '$env{KEY_PASSWORD}',
      otherwise: 'the password of the store',
    }),
    type: kind(),
  },
).check((context) => {
  const { file_name, certificate_file, key_file } = context.value;
  const refuse = (path: keyof typeof context.value, message: string) =>
    context.issues.push({ ...rule, input: context.value[path], path: [path], message });
  if (certificate_file !== undefined && key_file === undefined) {
    refuse('certificate_file', 'needs keystore.primary.key_file, the private key of the certificate');
  }
  if (key_file !== undefined && certificate_file === undefined) {
    refuse('key_file', 'needs keystore.primary.certificate_file, the certificate of the key');
  }
  if (file_name !== undefined && (certificate_file !== undefined || key_file !== undefined)) {
    refuse(
      'file_name',
      'stands beside certificate_file and key_file: give either the key store or the two files',
    );
  }
});

export const truststore = section(
  'Certificates that client certificates may chain to. A changed file is taken up at once; where nodes share a PostgreSQL database, as an edit of what they share (docs/trust-stores.md).',
  {
    file_name: key(text.default('client-truststore.jks'), {
      expected: 'a file name',
      description: 'The trust store, relative to repository/resources/security.',
      reload: 'live',
    }),
    password: password('The password of the store; a PEM file needs none.'),
    type: kind(),
    unnamed: key(z.enum(['by-rule', 'handshake']).default('by-rule'), {
      expected: '"by-rule" or "handshake"',
      description:
        'What an entry is that nobody gave a role: `by-rule` an authority if it is a certificate authority and no client’s own, `handshake` never one.',
      reload: 'live',
    }),
    authorities: key(thumbprints, {
      expected: THUMBPRINTS,
      description:
        'Certificates of the store that issue client certificates, whatever the rule says and whatever role is set elsewhere.',
      reload: 'live',
    }),
    handshake: key(thumbprints, {
      expected: THUMBPRINTS,
      description:
        'Certificates of the store that may come through the handshake and vouch for nobody, whatever the rule says and whatever role is set elsewhere.',
      reload: 'live',
    }),
  },
);

export const trustGroup = sections(
  'A named set of trust anchors that clients can be tied to, with its own rule of revocation.',
  'live',
  {
    name: key(text, {
      expected: 'a name of 1 to 2000 characters',
      description: 'The name clients refer to, different from those of the other groups.',
      reload: 'live',
      example: 'partners',
      otherwise: 'required',
    }),
    file_name: key(text, {
      expected: 'a file name',
      description: 'The trust store of the group, relative to repository/resources/security.',
      reload: 'live',
      example: 'partners.pem',
      otherwise: 'required',
    }),
    password: password('The password of the store; a PEM file needs none.'),
    type: kind({ example: 'PEM' }),
    revocation: key(z.enum(['off', 'prefer', 'require']).default('off'), {
      expected: '"off", "prefer" or "require"',
      description:
        'Whether certificates are checked for revocation (CRL, OCSP): `prefer` accepts when no answer can be had, `require` refuses. See docs/security.md on what `prefer` lets an attacker do.',
      reload: 'live',
    }),
    revocation_stale: key(wholeNumber(0, 90 * DAY).default(DAY), {
      expected: `a whole number of seconds from 0 to ${90 * DAY}`,
      description:
        'Under `prefer`: how long past its end the last good answer about a certificate stands in for one that cannot be had, in seconds. A revoked one stays revoked until a newer answer says otherwise.',
      reload: 'live',
    }),
    crl_file: key(text.optional(), {
      expected: 'a file name',
      description: 'A CRL in PEM or DER, relative to repository/resources/security.',
      reload: 'live',
      example: 'partners.crl',
      otherwise: 'CRLs come from their distribution points',
    }),
  },
);
