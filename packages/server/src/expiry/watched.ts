import { type Certificate, certificateDescription } from '@countersign/x509';

/** What is watched: certificates by who has them, keys that are meant to sign for a while, lists that are renewed. */
export const WATCHED_KINDS = [
  'server',
  'authority',
  'client',
  'jwks',
  'proxy',
  'signing_key',
  'crl',
] as const;
export type WatchedKind = (typeof WATCHED_KINDS)[number];

/** Something that ends on a known day. Times are milliseconds since the epoch. */
export type Watched = {
  readonly kind: WatchedKind;
  /** Its own in a deployment: whichever node has it, it is one thing. */
  readonly key: string;
  /** What to call it: an alias and its store, a client's name, a `jwks_uri`, a `kid`, where a CRL lies. */
  readonly name: string;
  /** When it ends; undefined where nobody can say. */
  readonly not_after: number | undefined;
  /** When it began; absent where that cannot be read. */
  readonly not_before?: number;
  /** Of a certificate: its x5t#S256 (RFC 8705 §3.1). */
  readonly thumbprint?: string;
  readonly subject?: string;
  /** Whose it is; of an authority that several clients have as their own, the first. */
  readonly client_id?: string;
  /** How many clients have the authority as their own. */
  readonly clients?: number;
  /** When its client came with it last, or it vouched last; to the day. */
  readonly last_used_at?: number;
  /** From when on its not being used says something; absent where nothing is known of its use. */
  readonly use_known_since?: number;
  /** Its client came with a later one of its own on a later day. */
  readonly succeeded?: true;
  /** Nobody registered it: a client came with it. */
  readonly presented?: true;
};

/** A time that a certificate states; undefined where it cannot be read. */
const stated = (at: number): number | undefined => (Number.isFinite(at) ? Math.trunc(at) : undefined);

/** What a certificate says that is watched. It is total: what cannot be read is left out. */
export function watchedOf(
  certificate: Certificate,
): Pick<Watched, 'not_after' | 'not_before' | 'thumbprint' | 'subject'> {
  const not_before = stated(certificate.notBefore);
  return {
    thumbprint: certificate.thumbprint,
    subject: certificateDescription(certificate).subject,
    not_after: stated(certificate.notAfter),
    ...(not_before !== undefined && { not_before }),
  };
}
