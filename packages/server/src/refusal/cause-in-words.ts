import type { PathRefusalReason } from '@countersign/x509/path-validation';
import { CAUSES, type Cause } from './causes.ts';
import type { Evidence } from './refusal.ts';

type CauseInWords = { readonly what: string; readonly remedy: string };

const ISSUE_ANEW =
  'Have the certificate that the evidence names issued anew, with the field as expected; importing a CA does not mend it.';

/** What mends a path, by what it fails at: the `reason` of the evidence. */
const OF_PATHS: Readonly<Record<PathRefusalReason | 'its-own-authority', string>> = {
  'malformed-certificate': ISSUE_ANEW,
  'unknown-issuer': 'Import the missing CA, or have the client send the chain.',
  'signature-invalid':
    'A CA of that name is known, with another key: import the one that issued the certificate, or present a certificate of the one that is known.',
  'signature-algorithm-mismatch': ISSUE_ANEW,
  'weak-signature-algorithm': 'Have the certificate issued anew with a signature algorithm of today.',
  'unsupported-signature-algorithm': 'Have the certificate issued anew with a signature algorithm of today.',
  'weak-key': 'Have the certificate issued anew for a stronger key.',
  'unsupported-key': 'Have the certificate issued anew for a key of a kind that is supported.',
  'not-yet-valid':
    'Wait until the notBefore of the certificate that the evidence names, or check the clocks.',
  expired: 'Renew the certificate that the evidence names; import a CA’s renewed one beside the old.',
  'not-a-ca':
    'The certificate that issued this one is no CA’s: have this one issued by a CA, or that one issued anew with basicConstraints CA:TRUE.',
  'path-too-long':
    'A CA on the path allows fewer intermediates below it: have the certificate issued by a CA nearer to the root.',
  'key-usage':
    'Have the certificate that the evidence names issued anew with the key usage expected, or none.',
  'extended-key-usage':
    'Have the certificate that the evidence names issued anew with the purpose expected, or present one made for client authentication.',
  'name-not-permitted':
    'The constraints of a CA on the path do not permit the name: have the certificate issued without it, or by another CA.',
  'name-excluded':
    'The constraints of a CA on the path exclude the name: have the certificate issued without it, or by another CA.',
  'name-constraint-unsupported':
    'A CA on the path constrains names, and this one cannot be compared with the constraint: have the certificate issued without it.',
  policy: 'Have the certificate issued under the policy expected.',
  'unknown-critical-extension': 'Have the certificate issued anew without the critical extension.',
  profile: ISSUE_ANEW,
  'limit-exceeded': 'Send a shorter chain, or a smaller certificate.',
  'its-own-authority':
    'A certificate does not vouch for itself: have the client’s issued by a CA, with a key that is not the CA’s.',
  revoked: CAUSES.certificate_revoked.remedy,
  'revocation-unknown': CAUSES.certificate_revocation_unknown.remedy,
};

/** What is said instead of a cause's own sentences, where the evidence tells more; `{names}` in it are filled in. */
export const NEARER = {
  paths: OF_PATHS,
  /** Where an entry of the trust store bears the issuer's name, and is no authority. */
  noAuthority:
    'An entry of the trust store bears the issuer’s name and is no authority: no_authority in the evidence says why. If it is to issue client certificates, to_change says how; otherwise have the certificate issued by an authority.',
  /** Where a certificate is needed and none was asked for: the request came to the other of two listeners. */
  wrongPort: {
    what: "The request came to the wrong port: it needs the client's certificate, and port {port} asks for none.",
    whatOfMain:
      "The request came to the wrong port: it needs the client's certificate, and the main port asks for none.",
    remedy:
      'Send it to port {mtlsport}, {url}: with [transport.mtls] that listener alone asks for certificates. The metadata names the endpoints there under mtls_endpoint_aliases (RFC 8705 §5); a client that does not read them has to be given their URLs.',
  },
} as const;

const isPathReason = (reason: unknown): reason is keyof typeof OF_PATHS =>
  typeof reason === 'string' && Object.hasOwn(OF_PATHS, reason);

const portOf = (url: string): string => (URL.canParse(url) ? new URL(url).port || '443' : 'unknown');

function wrongPort(url: string, came_to_port: unknown): CauseInWords {
  const { what, whatOfMain, remedy } = NEARER.wrongPort;
  return {
    what: typeof came_to_port === 'number' ? what.replace('{port}', () => String(came_to_port)) : whatOfMain,
    remedy: remedy.replace('{mtlsport}', () => portOf(url)).replace('{url}', () => url),
  };
}

/** What happened and what the operator can do about it: of the cause, or nearer where the evidence tells more. */
export function causeInWords(because: Cause, evidence: Evidence = {}): CauseInWords {
  const { what, remedy } = CAUSES[because];
  const { reason, no_authority, asked_at, came_to_port } = evidence;
  if (typeof asked_at === 'string') return wrongPort(asked_at, came_to_port);
  if (no_authority !== undefined) return { what, remedy: NEARER.noAuthority };
  const nearer = because === 'certificate_not_trusted' && isPathReason(reason);
  return { what, remedy: nearer ? OF_PATHS[reason] : remedy };
}
