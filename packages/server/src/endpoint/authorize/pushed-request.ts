import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { invalidRequestUri } from '../../refusal/error-codes.ts';
import type { EphemeralStore } from '../../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../token/opaque-token.ts';
import { AddressedError, PERSON } from './addressee.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import type { RequestEnd } from './request-end.ts';

const KIND = 'pushed-authorization-request';
const PREFIX = 'urn:ietf:params:oauth:request_uri:';
const LIFETIME_S = 90;

const Record = z.object({ client_id: z.string(), parameters: z.record(z.string(), z.string()) });

/** Pushed authorization requests (RFC 9126), each of use once. */
export type PushedRequests = {
  /** @returns the `request_uri` and its lifetime in seconds (§2.2) */
  push(client_id: string, parameters: Parameters): Promise<{ request_uri: string; expires_in: number }>;
  /**
   * Finds what was pushed, and what makes it used: of any number of units one is committed.
   * @throws Refusal `invalid_request_uri` when it is unknown, used, expired or another client's
   */
  find(
    request_uri: string,
    client_id: string,
  ): Promise<{ readonly parameters: Parameters; readonly end: RequestEnd }>;
};

/** Whether `request_uri` claims to come from {@link PushedRequests.push}. */
export const isPushed = (request_uri: string): boolean => request_uri.startsWith(PREFIX);

export function createPushedRequests(ephemerals: EphemeralStore, clock: Clock): PushedRequests {
  return {
    async push(client_id, parameters) {
      const reference = generateOpaqueToken();
      const value = { client_id, parameters: parameters.all() };
      await ephemerals.put(KIND, hashOpaqueToken(reference), value, clock() + LIFETIME_S * 1000);
      return { request_uri: `${PREFIX}${reference}`, expires_in: LIFETIME_S };
    },

    async find(request_uri, client_id) {
      const unknown = (why: string) =>
        invalidRequestUri('The request_uri is not valid.', 'pushed_request_unknown', { client_id, why });
      const key = hashOpaqueToken(request_uri.slice(PREFIX.length));
      const found = await ephemerals.get(KIND, key, clock());
      if (!found) throw unknown('unknown, used or expired');
      // Another client must not be able to spend it.
      const pushed = Record.parse(found);
      if (pushed.client_id !== client_id) throw unknown('pushed by another client');
      return {
        parameters: parametersOf(pushed.parameters),
        end: {
          steps: [ephemerals.steps.take(KIND, key, clock())],
          over: () => new AddressedError(PERSON, unknown('used at the same moment')),
        },
      };
    },
  };
}
