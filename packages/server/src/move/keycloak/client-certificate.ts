import { certificateToPem } from '@countersign/x509';
import { shown } from '../finding.ts';
import { isCertificateNamed } from '../given-certificates.ts';
import { oneTextOf } from '../java-pattern.ts';
import { attributeOf, type ClientDraft, isOn } from './draft.ts';
import { nameOf } from './given-certificates.ts';

/** The authority that the operator says, or the one of the name that Keycloak has; undefined leaves the client out. */
function readAuthority(draft: ClientDraft): boolean {
  const { attributes, answer, metadata, certificates: given } = draft;
  const written = attributeOf(draft, 'x509.casubjectdn');
  const wanted = answer.authority;
  if (wanted === undefined && written === undefined) {
    attributes.note('x509.casubjectdn', {
      outcome: 'same',
      ours: 'trust_anchors',
      why: given.some(({ isAuthority }) => isAuthority)
        ? 'names no authority: every authority of the trust store will do'
        : 'names no authority: every authority of the trust store will do, and no certificate beside the files was named as one (--authority)',
    });
    return true;
  }
  const name = written === undefined ? undefined : nameOf(written);
  const found =
    wanted === undefined
      ? given.filter((each) => name !== undefined && each.name?.equals(name))
      : given.filter(({ alias, certificate: { thumbprint } }) =>
          isCertificateNamed(wanted, { alias, thumbprint }),
        );
  const [first, second] = found;
  if (first && !second) {
    metadata.set('trust_anchors', [certificateToPem(first.certificate)]);
    attributes.note('x509.casubjectdn', {
      why: `the certificate ${shown(first.alias)} that is given beside the files`,
    });
    return true;
  }
  const which = written === undefined ? shown(wanted ?? '') : shown(written);
  const why = second
    ? `${found.length} of the given certificates have the name ${which}; say as authority of the client which one: ${found.map(({ alias }) => shown(alias)).join(', ')}`
    : wanted === undefined
      ? `no given certificate has the name ${which}; give it with --trust, or say an authority for the client`
      : `the authority ${shown(wanted)} that is answered for the client is none of the given certificates`;
  attributes.note('x509.casubjectdn', { outcome: 'asked', why });
  return false;
}

/** The one subject of the client's certificate; undefined leaves the client out. */
function subjectOf(draft: ClientDraft): string | undefined {
  const { attributes, answer } = draft;
  const answered = answer.tls_client_auth_subject_dn;
  if (answered !== undefined) {
    attributes.note('x509.subjectdn', { outcome: 'changed', why: `as answered: ${shown(answered)}` });
    return answered;
  }
  const written = attributeOf(draft, 'x509.subjectdn');
  if (written === undefined) {
    attributes.note('x509.subjectdn', {
      outcome: 'asked',
      why: 'names no subject, so that no certificate would do; answer tls_client_auth_subject_dn',
    });
    return undefined;
  }
  if (!isOn(draft, 'x509.allow.regex.pattern.comparison')) {
    attributes.note('x509.subjectdn');
    return written;
  }
  const one = oneTextOf(written);
  attributes.note(
    'x509.allow.regex.pattern.comparison',
    one === undefined
      ? {
          why: `${shown(written)} may mean several names; answer tls_client_auth_subject_dn with one, and register a client for each of the others`,
        }
      : { outcome: 'changed', why: `the regular expression ${shown(written)} means one name: ${shown(one)}` },
  );
  return one;
}

/** Reads what a client of `client-x509` proves itself by. @returns false where that leaves the client out */
export function readCertificate(draft: ClientDraft): boolean {
  const subject = subjectOf(draft);
  if (subject !== undefined && nameOf(subject) === undefined) {
    draft.attributes.note('x509.subjectdn', {
      outcome: 'asked',
      why: `${shown(subject)} is no distinguished name; answer tls_client_auth_subject_dn`,
    });
    return false;
  }
  if (subject !== undefined) draft.metadata.set('tls_client_auth_subject_dn', subject);
  const hasAuthority = readAuthority(draft);
  return subject !== undefined && hasAuthority;
}
