import { isBehind, newArgon2id, type PasswordHash, readable } from '../password-hash.ts';

/** As {@link hashAsTyped} writes them; salt and hash may be as long as others have them. */
const PHC = /^\$argon2id\$v=19\$m=\d{1,7},t=\d{1,7},p=\d{1,3}\$[A-Za-z0-9+/]{11,172}\$[A-Za-z0-9+/]{16,172}$/;

/** Nothing in the string says that it is over the text as it is typed: all hashes of secrets are. */
function readSecretHash(phc: string): PasswordHash | undefined {
  const hash = PHC.test(phc) ? readable(phc) : undefined;
  return hash?.form === 'argon2' ? { ...hash, over: 'typed' } : undefined;
}

/** A PHC string of the text as it is typed, without any normalisation: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export const hashAsTyped = (text: string): Promise<string> => newArgon2id(text, 'typed', 'secret hash');

/** Whether a string is a PHC string of argon2id whose cost this server is willing to pay. */
export const isKnownArgon2id = (phc: string): boolean => readSecretHash(phc) !== undefined;

/** Whether the text, as it is typed, is the one behind the PHC string; false too for a string that is not known. */
export async function matchesAsTyped(text: string, phc: string): Promise<boolean> {
  const hash = readSecretHash(phc);
  return hash !== undefined && isBehind(text, hash, 'secret hash');
}
