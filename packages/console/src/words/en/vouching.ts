/** Why an entry of a trust store vouches for clients or for nobody, by the code the server gives. */
export const vouching = {
  'vouching.named': 'named by {by} on {date}',
  'vouching.certificate-authority': 'a certificate authority, and no client’s own',
  'vouching.trust-group': 'an authority of its trust group, and no client’s own',
  'vouching.not-a-certificate-authority':
    'no certificate authority: its basicConstraints or keyUsage do not say so',
  'vouching.unnamed': 'nobody named it, and [truststore] unnamed is "handshake"',
  'vouching.unreadable': 'its extensions cannot be read',
  'vouching.certificate-of-a-client': 'the certificate of {clients}',
  'vouching.key-of-a-client': 'its key is that of {clients}',
} as const;
