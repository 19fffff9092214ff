import { isDeepStrictEqual } from 'node:util';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { MovedClient } from './record.ts';

/** How a client registered itself, as it is stored; undefined where it did not. */
function registrationOf({ client_id, registration }: MovedClient): DynamicRegistration | undefined {
  return registration && { client_id, ...registration };
}

/** What writes how a client registered itself, so that its registration access token goes on (RFC 7592). */
export function selfRegistrationSteps(
  record: MovedClient,
  { dynamicRegistrations }: Pick<Storage, 'dynamicRegistrations'>,
): readonly Step[] {
  const registration = registrationOf(record);
  return registration ? [dynamicRegistrations.steps.insert(registration)] : [];
}

/** Whether a client that is here registered itself otherwise than the record says; of one that says nothing it never does. */
export async function selfRegistrationDifferences(
  record: MovedClient,
  { dynamicRegistrations }: Pick<Storage, 'dynamicRegistrations'>,
): Promise<readonly string[]> {
  const registration = registrationOf(record);
  if (!registration) return [];
  const present = await dynamicRegistrations.find(record.client_id);
  return isDeepStrictEqual(present, registration) ? [] : ['registration'];
}
