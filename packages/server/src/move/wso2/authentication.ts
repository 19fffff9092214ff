import {
  Certificate,
  certificatesIn,
  certificateToPem,
  InvalidDistinguishedName,
  MalformedCertificate,
  matchTlsClientAuthSubject,
  normaliseRegisteredSubjectDn,
} from '@countersign/x509';
import {
  TOKEN_ENDPOINT_AUTH_METHODS,
  type TokenEndpointAuthMethod,
} from '../../client/token-endpoint-auth-method.ts';
import { isCertificateNamed } from '../given-certificates.ts';
import type { ClientAnswer, GivenCertificate } from '../source.ts';

/** What the files say of how a client proves itself. */
export type Proofs = {
  /** `tokenEndpointAuthMethod`, which 7 stores. */
  readonly stored: string | undefined;
  readonly isPublic: boolean;
  readonly certificate: string | undefined;
  readonly jwks_uri: string | undefined;
  readonly subject_dn: string | undefined;
  readonly secret: string | undefined;
  /** Whether the client signs or decrypts by the key of its certificate, so that the key must be published. */
  readonly usesKey: boolean;
};

/** How a client will prove itself. */
export type Authentication =
  | {
      readonly kind: 'known';
      readonly method: TokenEndpointAuthMethod;
      /** Of RFC 7591. */
      readonly metadata: Readonly<Record<string, unknown>>;
      /** Of the answers or the files; whoever writes the client sees whether its method needs one. */
      readonly secret: string | undefined;
      readonly outcome: 'same' | 'changed';
      readonly why: string;
    }
  | {
      readonly kind: 'unknown';
      /** What of the answers would help. */
      readonly ours: string;
      readonly why: string;
    };

/** iamctl writes this in place of a secret. */
const MASKED = /^\*+$/;

/** A secret that the files really hold. */
export const secretIn = (written: string | undefined): string | undefined =>
  written === undefined || written === 'null' || MASKED.test(written.trim()) ? undefined : written;

const isMethod = (text: string): text is TokenEndpointAuthMethod =>
  TOKEN_ENDPOINT_AUTH_METHODS.some((known) => known === text);

/** The one certificate that is registered. @returns what is wrong with it where it is none */
function registeredCertificate(text: string): Certificate | string {
  try {
    const [certificate, ...others] = certificatesIn(text);
    if (certificate && others.length === 0) return certificate;
    return `${others.length + 1} certificates stand where one is expected`;
  } catch (error) {
    if (error instanceof MalformedCertificate) return error.message;
    throw error;
  }
}

/** The key of a certificate as JWK Set, with the certificate beside it (RFC 7517 §4.7). */
function jwksOf({ keyObject, der }: Certificate): Readonly<Record<string, unknown>> | undefined {
  const jwk = keyObject?.export({ format: 'jwk' });
  return jwk && { jwks: { keys: [{ ...jwk, x5c: [Buffer.from(der).toString('base64')] }] } };
}

/** What a client without answers has: for its certificates WSO2 knows the name `tls_client_auth` alone. */
function usualMethod({ stored, isPublic, certificate, jwks_uri }: Proofs): string {
  if (isPublic) return 'none';
  const byCertificate = certificate !== undefined || jwks_uri !== undefined;
  if (stored === 'tls_client_auth' || (stored === undefined && byCertificate)) {
    return 'self_signed_tls_client_auth';
  }
  return stored ?? 'client_secret_basic';
}

const unknown = (ours: string, why: string): Authentication => ({ kind: 'unknown', ours, why });

const certificatesNamed = (given: readonly GivenCertificate[], name: string): readonly Certificate[] =>
  given.flatMap(({ alias, der }) => {
    const certificate = Certificate.fromDer(der);
    return isCertificateNamed(name, { alias, thumbprint: certificate.thumbprint }) ? [certificate] : [];
  });

/** PKI by the name that is stored and one authority, which the operator chose. */
function byName(
  { subject_dn }: Proofs,
  answer: ClientAnswer | undefined,
  certificates: readonly GivenCertificate[],
): Authentication | Readonly<Record<string, unknown>> {
  if (subject_dn === undefined) {
    return unknown(
      'tls_client_auth_subject_dn',
      'tls_client_auth was answered, and the files have no subject DN for it.',
    );
  }
  const { authority } = answer ?? {};
  const [given, another] = authority === undefined ? [] : certificatesNamed(certificates, authority);
  if (!given || another) {
    const problem =
      authority === undefined
        ? 'tls_client_auth needs an authority: answer with authority, the alias or thumbprint of a certificate given by --trust.'
        : another
          ? `The authority ${JSON.stringify(authority)} is several of the certificates given by --trust: answer with the thumbprint of one.`
          : `The authority ${JSON.stringify(authority)} is none of the certificates given by --trust.`;
    return unknown('authority', problem);
  }
  try {
    const { canonical } = normaliseRegisteredSubjectDn(subject_dn);
    return { tls_client_auth_subject_dn: canonical, trust_anchors: [certificateToPem(given)] };
  } catch (error) {
    if (!(error instanceof InvalidDistinguishedName)) throw error;
    return unknown('tls_client_auth_subject_dn', `The subject DN cannot be read: ${error.message}.`);
  }
}

/** What WSO2 refuses: a certificate whose subject is not the name that is stored beside it. */
function nameProblem({ subject_dn, certificate, jwks_uri }: Proofs): string | undefined {
  if (subject_dn === undefined || certificate === undefined || jwks_uri !== undefined) return undefined;
  const read = registeredCertificate(certificate);
  if (typeof read === 'string') return undefined;
  try {
    const match = matchTlsClientAuthSubject(read, { tls_client_auth_subject_dn: subject_dn });
    return match.matches
      ? undefined
      : `The subject of its certificate is ${match.presented}, the subject DN stored beside it ${match.expected}: WSO2 lets nobody in by both. Answer with token_endpoint_auth_method.`;
  } catch (error) {
    // A name that cannot be read decides nothing where the certificate does.
    if (error instanceof InvalidDistinguishedName || error instanceof MalformedCertificate) return undefined;
    throw error;
  }
}

/** What is registered of certificate and keys; the certificate by itself unless its key is used for more. */
function keysOf(
  { certificate, jwks_uri, usesKey }: Proofs,
  method: TokenEndpointAuthMethod,
): Readonly<Record<string, unknown>> | string {
  if (jwks_uri !== undefined) return { jwks_uri };
  if (certificate === undefined) return {};
  const read = registeredCertificate(certificate);
  if (typeof read === 'string') return read;
  const asKey = usesKey || method === 'private_key_jwt';
  return (asKey ? jwksOf(read) : undefined) ?? { certificates: [certificateToPem(read)] };
}

/** A client that is known by its name must not seem to be known by one certificate of that name. */
function registeredKeys(
  keys: Readonly<Record<string, unknown>>,
  method: TokenEndpointAuthMethod,
): Readonly<Record<string, unknown>> {
  if (method !== 'tls_client_auth' && method !== 'none') return keys;
  return Object.fromEntries(Object.entries(keys).filter(([member]) => member !== 'certificates'));
}

const isAuthentication = (value: object): value is Authentication => 'kind' in value;

/**
 * How a client will prove itself: by the one method that its answer names, else by its certificate wherever it has one. What
 * WSO2 compares is the certificate itself, so that it becomes `self_signed_tls_client_auth` (RFC 8705 §2.2) and no other
 * certificate of the same name gets in.
 */
export function authenticationOf(
  proofs: Proofs,
  answer: ClientAnswer | undefined,
  certificates: readonly GivenCertificate[],
): Authentication {
  const usual = usualMethod(proofs);
  const method = answer?.token_endpoint_auth_method ?? usual;
  if (!isMethod(method)) {
    return unknown(
      'token_endpoint_auth_method',
      `${JSON.stringify(method)} is no method of this server: answer with token_endpoint_auth_method.`,
    );
  }
  const keys = keysOf(proofs, method);
  if (typeof keys === 'string') return unknown('certificates', `The certificate cannot be read: ${keys}.`);
  if (method === 'self_signed_tls_client_auth' && Object.keys(keys).length === 0) {
    return unknown(
      'token_endpoint_auth_method',
      'The files have neither a certificate nor a JWKS URI to know the client by: answer with token_endpoint_auth_method.',
    );
  }
  const contradiction = method === 'self_signed_tls_client_auth' ? nameProblem(proofs) : undefined;
  if (contradiction !== undefined) return unknown('token_endpoint_auth_method', contradiction);
  if (method === 'private_key_jwt' && !('jwks' in keys) && !('jwks_uri' in keys)) {
    return unknown('jwks', 'private_key_jwt needs a key, and the files have none that can be used.');
  }
  const named = method === 'tls_client_auth' ? byName(proofs, answer, certificates) : {};
  if (isAuthentication(named)) return named;
  const chosen = answer?.token_endpoint_auth_method !== undefined;
  return {
    kind: 'known',
    method,
    metadata: { token_endpoint_auth_method: method, ...registeredKeys(keys, method), ...named },
    secret: answer?.client_secret ?? proofs.secret,
    ...wordsFor(proofs, method, chosen),
  };
}

/** What is said of the method in the report. */
function wordsFor(
  proofs: Proofs,
  method: TokenEndpointAuthMethod,
  chosen: boolean,
): { readonly outcome: 'same' | 'changed'; readonly why: string } {
  if (chosen) return { outcome: 'changed', why: `${method}, as it was answered; by nothing else.` };
  if (method !== 'self_signed_tls_client_auth') {
    const either = method === 'client_secret_basic' ? '; the secret may stand in the body too' : '';
    return { outcome: 'same', why: `${method}${either}.` };
  }
  const offered = [
    ...(proofs.secret !== undefined
      ? ['client_secret_basic has it use its secret, which WSO2 takes as well']
      : []),
    ...(proofs.subject_dn === undefined
      ? []
      : [
          'tls_client_auth with an authority takes every certificate of its name from there, which WSO2 does not',
        ]),
  ];
  const offer =
    offered.length === 0 ? '' : ` To answer with token_endpoint_auth_method: ${offered.join('; ')}.`;
  return {
    outcome: 'changed',
    why: `By its certificate, that very one and no other, which WSO2 calls tls_client_auth.${offer}`,
  };
}
