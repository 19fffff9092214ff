/** What is to be known of a certificate, by the code the server gives. */
export const finding = {
  'finding.expired': 'It expired on {until}.',
  'finding.not-yet-valid': 'It is not valid before {from}.',
  'finding.expires-soon': 'It expires in {days}, on {until}.',
  'finding.weak-key': 'Its key is weak or unusual: {presented}; expected {expected}.',
  'finding.weak-signature': 'Its signature is weak or unusual: {presented}; expected {expected}.',
  'finding.not-for-client-auth':
    'It is not made for client authentication: {presented}; expected {expected}.',
  'finding.certificate-authority':
    'It is a certificate authority, as "openssl req -x509" makes them. For a self-signed client that does no harm.',
  'finding.no-certificate-authority': 'It is no certificate authority: by the rule it vouches for nobody.',
  'finding.used-by-another-client':
    'It is registered for {clientname} ({clientid}) already; each could act as the other.',
  'finding.used-by-an-administrator':
    'An administrator enters with it; once a client has it too, that administrator no longer does.',
  'finding.renewal':
    'It renews {before}, which is registered for this client: the key is the same, the thumbprint is not, so that it has to be registered too.',
} as const;
