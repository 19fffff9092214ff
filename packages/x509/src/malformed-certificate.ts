import { MalformedDer } from './der.ts';

/** Thrown when bytes or text are not one well-formed X.509 certificate, or when a part of one cannot be read. */
export class MalformedCertificate extends Error {
  override readonly name = 'MalformedCertificate';

  /** The field that cannot be read, as RFC 5280 spells it, and what stands there. */
  get unreadable(): { readonly field: string; readonly reason: string } {
    const { cause } = this;
    return cause instanceof MalformedDer
      ? { field: cause.field, reason: cause.presented }
      : { field: 'certificate', reason: this.message };
  }
}

/** Asks a strict reader; its refusal becomes the certificate's. @throws MalformedCertificate */
export function strictly<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MalformedDer) throw new MalformedCertificate(cause.message, { cause });
    throw cause;
  }
}

/**
 * What came of reading one part of a certificate. A part that nobody needs may be unreadable without harm; what
 * needs it says what an unreadable one means.
 */
export type Reading<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'value'; readonly value: T }
  | {
      readonly kind: 'unreadable';
      /** The field as RFC 5280 spells it, for instance `extensions.keyUsage`. */
      readonly field: string;
      /** What stands there instead, in words. */
      readonly reason: string;
    };

/**
 * Asks a reader without being thrown at.
 * @param read gives undefined for what is absent
 * @throws what `read` throws beside MalformedCertificate
 */
export function readingOf<T>(read: () => T): Reading<NonNullable<T>> {
  try {
    const value = read();
    return value === undefined || value === null ? { kind: 'absent' } : { kind: 'value', value };
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    return { kind: 'unreadable', ...error.unreadable };
  }
}
