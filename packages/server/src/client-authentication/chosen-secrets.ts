import { matchesAsTyped } from '../client/chosen-secret.ts';
import type { Client } from '../client/client.ts';
import type { Clock } from '../clock.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import type { EphemeralStore } from '../storage/storage.ts';
import { addressBlock } from '../user-authentication/address-block.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import { limitedConcurrency } from '../user-authentication/password-sign-in.ts';
import { createRememberedMarks } from '../user-authentication/remembered-marks.ts';

/** Clients whose secrets are remembered at once: a mark is some hundred octets. */
const MOST_REMEMBERED = 10_000;

/** An address a client came from with its secret, and for how long it is known as such, in milliseconds. */
const KNOWN_ADDRESS = 'client-secret-address';
const KNOWN_FOR = 30 * 24 * 3_600_000;

/** Checks secrets that somebody chose, which could be guessed. */
export type ChosenSecrets = {
  /**
   * Whether one of the texts that a request may mean is the secret of the client. A right one is remembered until the
   * client changes, and then costs neither a slow hash nor a question to the database.
   * @throws Refusal while guesses at it are held back
   */
  matches(
    client: Pick<Client, 'client_id' | 'revision'> & { readonly client_secret_argon2id: string },
    presented: readonly string[],
    remote_address: string,
  ): Promise<boolean>;
};

/**
 * Checks them behind a guard against guessing. What strangers fail at does not lock a client out that comes from where it
 * came from before.
 * @param guard of clients, by client_id
 */
export function createChosenSecrets(
  guard: GuessingGuard,
  ephemerals: Pick<EphemeralStore, 'get' | 'put'>,
  clock: Clock,
): ChosenSecrets {
  const remembered = createRememberedMarks(clock, { most: MOST_REMEMBERED });
  const slowly = limitedConcurrency(() => {});

  return {
    async matches(client, presented, remote_address) {
      const { client_id, revision, client_secret_argon2id: phc } = client;
      const markOf = (secret: string) => [client_id, revision, phc, secret];
      const isRemembered = () => presented.some((secret) => remembered.has(markOf(secret)));
      if (isRemembered()) return true;

      const place = `${client_id}\n${addressBlock(remote_address)}`;
      const isKnown = (await ephemerals.get(KNOWN_ADDRESS, place, clock())) !== undefined;
      const known = isKnown ? `client ${place}` : undefined;
      const guess = async () => {
        // Of requests that came at once, the first has found it out by now.
        if (isRemembered()) return true;
        const lock = await guard.lockOn(client_id, remote_address, known);
        if (lock) throw invalidClient('guessing_limited', { client_id, ...lock });
        for (const secret of presented) {
          if (!(await slowly(() => matchesAsTyped(secret, phc)))) continue;
          remembered.add(markOf(secret));
          if (!isKnown) await ephemerals.put(KNOWN_ADDRESS, place, {}, clock() + KNOWN_FOR);
          return true;
        }
        await guard.failed(client_id, remote_address, known);
        return false;
      };
      return guard.inTurn(client_id, guess, known);
    },
  };
}
