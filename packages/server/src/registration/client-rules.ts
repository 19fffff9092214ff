import { type LifetimeMaxima, lifetimeProblem } from '../client/client-lifetimes.ts';
import { InvalidClientMetadata } from '../client/client-registration.ts';

/** What a registration fails with whose client_id another one has, or a person as `sub`. */
export const clientTaken = (client_id: string) =>
  new InvalidClientMetadata('client_id', `${JSON.stringify(client_id)} is taken`);

/**
 * Holds the lifetimes that are written against the maxima of now: what was there before a maximum was lowered is no fault
 * of who writes something else.
 * @throws InvalidClientMetadata
 */
export function checkLifetimes(
  written: Readonly<Record<string, unknown>> | undefined,
  maxima: Partial<LifetimeMaxima>,
): void {
  const problem = lifetimeProblem(written ?? {}, maxima);
  if (problem) throw new InvalidClientMetadata(problem.field, problem.message);
}
