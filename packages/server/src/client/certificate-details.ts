import {
  type Certificate,
  clientKeyUse,
  extensionName,
  type GeneralName,
  isSelfSigned,
  keyName,
  matchTlsClientAuthSubject,
  normaliseRegisteredSubjectDn,
  type TlsClientAuthSubject,
} from '@countersign/x509';
import { alternativeName, colonForm, describeForPeople, shownPurpose } from './certificate-for-people.ts';

const DAY_MS = 86_400_000;
/** Where an issuer's certificate can be fetched (RFC 5280 §4.2.2.1). */
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';
/** Extensions that nothing here reads, as people call them. */
const OTHER_EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['2.5.29.16', 'privateKeyUsagePeriod'],
  ['1.3.6.1.5.5.7.1.24', 'tlsFeature'],
  ['1.3.6.1.4.1.11129.2.4.2', 'signedCertificateTimestamps'],
  ['2.16.840.1.113730.1.13', 'netscapeComment'],
  ['1.3.6.1.5.5.7.1.3', 'qcStatements'],
]);

/** What `read` gives; undefined for what is absent, and for what does not let itself be read. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // Whatever it is, the description names it among what is unreadable, and tells the rest.
    return undefined;
  }
}

/** A constraint on names, as RFC 5280 §4.2.1.10 means it: of addresses a range. */
function constraintText(name: GeneralName): string {
  if (name.kind === 'ip') {
    const half = name.octets.length / 2;
    const dotted = (octets: Uint8Array) =>
      octets.length === 4
        ? octets.join('.')
        : (Buffer.from(octets).toString('hex').match(/..../g) ?? []).join(':');
    return `ip:${dotted(name.octets.subarray(0, half))}/${dotted(name.octets.subarray(half))}`;
  }
  const { type, value } = alternativeName(name);
  return `${type}:${value}`;
}

/** What the certificate says of its validity at a moment. */
function validityOf(certificate: Certificate, now: number) {
  const { kind } = certificate.validityAt(now);
  const left = certificate.notAfter - now;
  return {
    validity: kind,
    days_left: Number.isFinite(left) ? Math.floor(left / DAY_MS) : undefined,
  };
}

function constraintsOf(certificate: Certificate) {
  const extension = certificate.extensions;
  const names = readable(() => extension.nameConstraints);
  const identifier = readable(() => extension.authorityKeyIdentifier?.keyIdentifier);
  const subject = readable(() => extension.subjectKeyIdentifier);
  return {
    is_ca: readable(() => extension.basicConstraints?.cA ?? false),
    key_usage: readable(() => extension.keyUsage && [...extension.keyUsage]),
    extended_key_usage: readable(() => extension.extKeyUsage?.map(shownPurpose)),
    path_length: readable(() => extension.basicConstraints?.pathLenConstraint),
    name_constraints: names && {
      permitted: names.permitted.map(constraintText),
      excluded: names.excluded.map(constraintText),
    },
    certificate_policies: readable(() => extension.certificatePolicies),
    policy_mappings: readable(() =>
      extension.policyMappings?.map((each) => `${each.issuerDomainPolicy} as ${each.subjectDomainPolicy}`),
    ),
    policy_constraints: readable(() => extension.policyConstraints),
    inhibit_any_policy: readable(() => extension.inhibitAnyPolicy),
    subject_key_identifier: subject && colonForm(subject),
    authority_key_identifier: identifier && colonForm(identifier),
  };
}

function revocationOf(certificate: Certificate) {
  const access = readable(() => certificate.extensions.authorityInfoAccess) ?? [];
  const issuers = access.flatMap(({ method, location }) =>
    method === CA_ISSUERS && location.kind === 'uri' ? [location.value] : [],
  );
  const list = (read: () => readonly string[]) => {
    const found = readable(read);
    return found && found.length > 0 ? found : undefined;
  };
  const information = () => certificate.revocationInformation;
  return {
    crl_uris: list(() => information().distributionPoints.flatMap(({ uris }) => uris)),
    delta_crl_uris: list(() => information().freshestUris),
    ocsp_uris: list(() => information().ocspUris),
    issuer_uris: list(() => issuers),
    no_revocation_available: readable(() => information().noRevocationAvailable || undefined),
  };
}

/** The values that `tls_client_auth` could register, each as it stands in the registration (RFC 8705 §2.1.2). */
function subjectsOf(certificate: Certificate): readonly TlsClientAuthSubject[] {
  const named = (readable(() => certificate.subjectAlternativeNames) ?? []).flatMap(
    (name): readonly TlsClientAuthSubject[] => {
      switch (name.kind) {
        case 'dns':
          return [{ tls_client_auth_san_dns: name.value }];
        case 'uri':
          return [{ tls_client_auth_san_uri: name.value }];
        case 'ip':
          return [{ tls_client_auth_san_ip: name.value }];
        case 'email':
          return [{ tls_client_auth_san_email: name.value }];
        default:
          return [];
      }
    },
  );
  const subject = readable(() => normaliseRegisteredSubjectDn(certificate.subject.toString()).canonical);
  const all = [...(subject === undefined ? [] : [{ tls_client_auth_subject_dn: subject }]), ...named];
  // A name that could be written and never matches, such as one with a wildcard, is no value to register.
  return all.filter(
    (value) => readable(() => matchTlsClientAuthSubject(certificate, value).matches) === true,
  );
}

/** By which client authentication methods (RFC 8705 §2) the certificate can be a client's, and what is registered then. */
function clientAuthenticationOf(certificate: Certificate, now: number) {
  const why: string[] = [];
  const key = certificate.keyObject;
  const use = key && readable(() => clientKeyUse(key));
  if (use === undefined) why.push('its key cannot be read');
  else if (use.peers === 'none') why.push(`${use.key}: ${use.why}`);
  const validity = certificate.validityAt(now);
  if (validity.kind === 'unreadable') why.push(`${validity.field} cannot be read: ${validity.reason}`);
  const purposes = readable(() => certificate.extensions.extKeyUsage);
  const isForClients =
    purposes === undefined || purposes.some((oid) => ['clientAuth', 'any'].includes(shownPurpose(oid)));
  if (why.length > 0) return { methods: [], why_not: why, registration: [] };
  const isOwn = isSelfSigned(certificate);
  const isAuthority = readable(() => certificate.extensions.basicConstraints?.cA) === true;
  const subjects = isOwn || isAuthority || !isForClients ? [] : subjectsOf(certificate);
  return {
    methods: ['self_signed_tls_client_auth', ...(subjects.length > 0 ? ['tls_client_auth'] : [])],
    ...(use?.peers === 'some' && { but: use.but }),
    ...(!isForClients && {
      why_not: ['its extended key usage does not name clientAuth, which tls_client_auth asks for'],
    }),
    registration: subjects,
  };
}

/**
 * Everything a certificate says, for whoever wants to know all of it. It is total: what cannot be read is left out and
 * stands in `unreadable`. Members that are undefined say that there is nothing of their kind.
 * @param now milliseconds since the epoch
 */
export function certificateDetails(certificate: Certificate, now: number) {
  const { pem, ...described } = describeForPeople(certificate);
  const key = certificate.keyObject;
  const extensions = readable(() => certificate.fields.extensions);
  return {
    ...described,
    version: readable(() => certificate.fields.version),
    signature_algorithm: readable(() => certificate.x509.signatureAlgorithm),
    key: key && readable(() => keyName(key)),
    ...validityOf(certificate, now),
    ...readable(() => constraintsOf(certificate)),
    ...revocationOf(certificate),
    ...(extensions && {
      extensions: extensions.map(({ oid, critical }) => ({
        oid,
        name: OTHER_EXTENSIONS.get(oid) ?? extensionName(oid),
        critical,
      })),
    }),
    client_authentication: clientAuthenticationOf(certificate, now),
    pem,
  };
}
export type CertificateDetails = ReturnType<typeof certificateDetails>;
