import type { PresentedCertificate } from '@countersign/x509';
import { certificateBinding } from '../client/certificate-binding.ts';
import type { Client } from '../client/client.ts';

/** The `cnf` claim: what a token is bound to (RFC 7800 §3.1), a certificate (RFC 8705 §3.1), a key (RFC 9449 §6), or both. */
export type Confirmation = { readonly 'x5t#S256'?: string; readonly jkt?: string };

/** The client of a request, and what the request proves beside it. */
export type Sender = {
  readonly known: { readonly client: Client };
  readonly certificate: PresentedCertificate | undefined;
  /** Thumbprint of the key whose DPoP proof came with the request. */
  readonly dpop_jkt?: string;
};

/**
 * The binding of a token issued on this request: to the key of its DPoP proof (RFC 9449 §6), and to the client
 * certificate (RFC 8705 §3) where the client asked for that, or said nothing of it and proves no key.
 */
export function confirmationFor({
  known: { client },
  certificate,
  dpop_jkt,
}: Sender): Confirmation | undefined {
  const binding = certificateBinding(client.metadata);
  const bindsCertificate = binding === 'required' || (binding === 'when_presented' && dpop_jkt === undefined);
  const thumbprint = bindsCertificate ? certificate?.certificate.thumbprint : undefined;
  if (thumbprint === undefined && dpop_jkt === undefined) return undefined;
  return {
    ...(thumbprint !== undefined && { 'x5t#S256': thumbprint }),
    ...(dpop_jkt !== undefined && { jkt: dpop_jkt }),
  };
}

/**
 * What of a binding the sender does not prove.
 * @returns expected against presented; undefined when all of it is proved
 */
export function unproven(
  cnf: Readonly<Record<string, unknown>>,
  { certificate, dpop_jkt }: Pick<Sender, 'certificate' | 'dpop_jkt'>,
): { readonly expected: unknown; readonly presented: unknown } | undefined {
  const proved: Readonly<Record<string, string | undefined>> = {
    'x5t#S256': certificate?.certificate.thumbprint,
    jkt: dpop_jkt,
  };
  // A binding this server cannot check must not count as none.
  const held = Object.entries(cnf).every(
    ([member, value]) => value !== undefined && proved[member] === value,
  );
  if (held && Object.keys(cnf).length > 0) return undefined;
  return {
    expected: cnf,
    presented: {
      'x5t#S256': proved['x5t#S256'] ?? 'no certificate',
      ...(('jkt' in cnf || dpop_jkt !== undefined) && { jkt: dpop_jkt ?? 'no DPoP proof' }),
    },
  };
}
