import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { invalidRequestUri } from '../../refusal/error-codes.ts';
import type { EphemeralStore } from '../../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../token/opaque-token.ts';
import type { Step } from '../../unit-of-work.ts';
import { AddressedError, PERSON } from './addressee.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import type { RequestEnd } from './request-end.ts';

const KIND = 'pushed-authorization-request';
const PREFIX = 'urn:ietf:params:oauth:request_uri:';
const LIFETIME_S = 90;
const DECIDED = 'decided-pushed-authorization-request';
/** Longer than a `request_uri` lives and a request that came by it waits for a person. */
const DECIDED_MS = 900_000;

const Record = z.object({ client_id: z.string(), parameters: z.record(z.string(), z.string()) });

/**
 * Pushed authorization requests (RFC 9126). Until its end one may be loaded by any browser and as often as it needs to
 * (§4, FAPI 2.0 Security Profile §5.3.2.2 note 3), for an answer may be lost, and whoever prefetches it is not the person.
 * The first person's decision spends it, for everybody who loaded it.
 */
export type PushedRequests = {
  /** @returns the `request_uri` and its lifetime in seconds (§2.2) */
  push(client_id: string, parameters: Parameters): Promise<{ request_uri: string; expires_in: number }>;
  /**
   * Finds what was pushed, and what decides it: of any number of units one is committed.
   * @throws Refusal `invalid_request_uri` when it is unknown, decided, expired or another client's
   */
  find(
    request_uri: string,
    client_id: string,
  ): Promise<{ readonly parameters: Parameters; readonly end: RequestEnd }>;
};

/**
 * Decides a pushed request, whoever came by it, in the unit of work that writes the decision: of any number of units one
 * is committed.
 * @param pushed_sha256 the hash of its reference
 */
export const decidingPushed = (
  { steps }: Pick<EphemeralStore, 'steps'>,
  pushed_sha256: string,
  now: number,
): Step => steps.add(DECIDED, pushed_sha256, {}, now + DECIDED_MS, now);

/** @param pushed_sha256 the hash of its reference */
export const isPushedDecided = async (
  ephemerals: Pick<EphemeralStore, 'get'>,
  pushed_sha256: string,
  now: number,
): Promise<boolean> => (await ephemerals.get(DECIDED, pushed_sha256, now)) !== undefined;

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
      const now = clock();
      const found = await ephemerals.get(KIND, key, now);
      if (!found) throw unknown('unknown or expired');
      if (await isPushedDecided(ephemerals, key, now)) throw unknown('decided');
      // Another client must not be able to spend it.
      const pushed = Record.parse(found);
      if (pushed.client_id !== client_id) throw unknown('pushed by another client');
      return {
        parameters: parametersOf(pushed.parameters),
        end: {
          pushed_sha256: key,
          steps: [decidingPushed(ephemerals, key, now)],
          over: () => new AddressedError(PERSON, unknown('decided at the same moment')),
        },
      };
    },
  };
}
