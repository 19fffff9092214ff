import type { PresentedCertificate } from '@countersign/x509';
import { invalidRequest } from '../refusal/error-codes.ts';

/**
 * Where a request comes from: decided once by the transport, before anything else looks at the request, and the same
 * value for everyone who asks.
 */
export type Origin = {
  /** The client's own address, behind a trusted proxy too; `unknown` when its connection is gone. */
  readonly remote_address: string;
  /**
   * Where a request came to an address of another server (`[aliases]`): URLs by which its clients know the endpoint and
   * the token endpoint. What they sign is for these as it is for this server's own.
   */
  readonly known_as?: readonly string[];
} & (
  | {
      readonly kind: 'certificate';
      /** The same object for the same connection or header, so that decisions can be remembered beside it. */
      readonly certificate: PresentedCertificate;
    }
  | {
      readonly kind: 'no-certificate';
      /** The URL of the listener that asks for certificates, where the request came to the one that does not. */
      readonly asked_at?: string;
    }
  | RefusedHeader
);

/** A certificate header that must not be believed, and never means that there is no certificate. */
export type RefusedHeader = {
  readonly kind: 'refused-header';
  /** Lower-case name of the header at fault. */
  readonly header: string;
  /** The exact fault, for the operator. */
  readonly reason: string;
  /** The value's first characters, printable. */
  readonly excerpt: string;
  /** The address the connection comes from. */
  readonly proxy: string;
};

declare module 'fastify' {
  interface FastifyRequest {
    readonly origin: Origin;
    /** The client that this request authenticated, or until then the one it names: whom its refusal is about. */
    client_id: string | undefined;
    /** Whether this request has shown who sent it, by more than a name. */
    is_authenticated: boolean;
    /** The cause of this request's refusal, once it was refused. */
    refused_because: string | undefined;
  }
}

/**
 * Checks that what is known of a request's certificate can be relied on, for whatever acts on who sent it.
 * @throws Refusal `invalid_request` when a certificate header had to be refused
 */
export function checkOrigin(origin: Origin): asserts origin is Exclude<Origin, RefusedHeader> {
  if (origin.kind !== 'refused-header') return;
  const { header, reason, excerpt, proxy } = origin;
  throw invalidRequest(
    'The client certificate header of this request cannot be accepted.',
    'certificate_header_refused',
    { header, why: `${header} ${reason}`, presented: excerpt, proxy },
  );
}

/**
 * The certificate the client presented, whoever issued it; undefined when it presented none.
 * @throws Refusal `invalid_request` when a certificate header had to be refused
 */
export function certificateOf(origin: Origin): PresentedCertificate | undefined {
  checkOrigin(origin);
  return origin.kind === 'certificate' ? origin.certificate : undefined;
}

/**
 * What an origin says of a client's proof: the certificate, from where it comes, and what it is for.
 * @throws Refusal as {@link certificateOf}
 */
export const cameFrom = (origin: Origin) => ({
  certificate: certificateOf(origin),
  remote_address: origin.remote_address,
  known_as: origin.known_as,
});
