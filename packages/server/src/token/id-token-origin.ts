import { z } from 'zod';
import { CannotUnseal, seal, unseal } from './sealing.ts';

/** Where an ID token comes from: its grant, and the session it ends with. */
export type IdTokenOrigin = {
  readonly grant_id: string;
  readonly session_id?: string;
  /** The person, where the token tells its client another `sub`. */
  readonly sub?: string;
};

const PURPOSE = 'origin of an ID token';
const Sealed = z.tuple([z.string(), z.string().nullable()]).rest(z.string());

/**
 * The `jti` of an ID token (RFC 7519 §4.1.7): its origin, for this server alone to read. Clients have no use for either,
 * and the `sid` would tell those of one session from those of another.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 */
export function jtiOf({ grant_id, session_id, sub }: IdTokenOrigin, encryptionKey: Uint8Array): string {
  const person = sub === undefined ? [] : [sub];
  return seal(JSON.stringify([grant_id, session_id ?? null, ...person]), encryptionKey, PURPOSE);
}

/**
 * The origin of an ID token of this server, by its verified claims; those that earlier versions issued say it openly.
 * @returns undefined where they do not say
 */
export function originOf(
  {
    jti,
    grant_id,
    sid,
  }: {
    readonly jti?: string | undefined;
    readonly grant_id?: string | undefined;
    readonly sid?: string | undefined;
  },
  encryptionKey: Uint8Array,
): IdTokenOrigin | undefined {
  if (jti === undefined) {
    return grant_id === undefined ? undefined : { grant_id, ...(sid !== undefined && { session_id: sid }) };
  }
  try {
    const [grant, session, sub] = Sealed.parse(JSON.parse(unseal(jti, encryptionKey, PURPOSE)));
    return {
      grant_id: grant,
      ...(session !== null && { session_id: session }),
      ...(sub !== undefined && { sub }),
    };
  } catch (error) {
    if (error instanceof CannotUnseal) return undefined;
    throw error;
  }
}
