import type { ResponseTarget } from './response.ts';

/**
 * Who is told when a request fails: the person in front of the browser, until it is beyond doubt which client it
 * is of and that the redirect URI is that client's (RFC 6749 §4.1.2.1).
 */
export type Addressee =
  | { readonly kind: 'person'; readonly client_id?: string }
  | { readonly kind: 'client'; readonly client_id: string; readonly target: ResponseTarget };

/** Before anything is known of a request. */
export const PERSON: Addressee = { kind: 'person' };

/** An error on its way to whoever is told of it. */
export class AddressedError extends Error {
  override readonly name = 'AddressedError';
  readonly addressee: Addressee;

  constructor(addressee: Addressee, cause: unknown) {
    super('a step of an authorization request failed', { cause });
    this.addressee = addressee;
  }
}

/**
 * Takes a step whose failure `addressee` is told.
 * @throws AddressedError for whatever the step threw; a step within this one keeps its own addressee
 */
export async function addressedTo<T>(addressee: Addressee, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof AddressedError ? error : new AddressedError(addressee, error);
  }
}
