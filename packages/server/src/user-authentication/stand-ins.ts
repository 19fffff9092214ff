import { createHmac } from 'node:crypto';
import { derivedKey } from '../derived-key.ts';
import type { UserStore } from '../storage/storage.ts';
import { canonicalUsername } from '../user/username.ts';

/**
 * What a password is checked against where nobody has the username, so that the time of the answer does not tell. Accounts
 * from other servers keep the hashes of those until the next sign-in, and each kind takes its own time: whoever does not
 * exist takes that of somebody who does.
 */
export type StandIns = {
  /** @returns the hash of some account, the same each time while it stays; undefined where there are no accounts */
  of(username: string): Promise<string | undefined>;
};

/** A `sub` as this server and most others make them, of 16 octets. */
function asSub(octets: Buffer): string {
  return octets.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @param secret of this server, so that nobody else knows who stands in for whom */
export function createStandIns(users: Pick<UserStore, 'passwordHashFrom'>, secret: Uint8Array): StandIns {
  const key = derivedKey(secret, 'stand-ins of accounts');
  return {
    async of(username) {
      const mac = createHmac('sha256', key).update(canonicalUsername(username)).digest();
      return users.passwordHashFrom(asSub(mac));
    },
  };
}
