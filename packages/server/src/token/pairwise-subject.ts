import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Client } from '../client/client.ts';
import { sectorOf } from '../client/sector.ts';
import { derivedKey } from '../derived-key.ts';

/** The client that is told of a person, or tells of one. */
export type SubjectClient = Pick<Client, 'client_id' | 'metadata'>;

/** What each client calls a person and a session (OIDC Core §8): of `public` ones that is what the server itself does. */
export type Subjects = {
  /** The `sub` by which the client knows a person. */
  of(client: SubjectClient, sub: string): string;
  /** The person whom the client calls so; undefined where that is no subject of its sector. */
  personOf(client: SubjectClient, subject: string): string | undefined;
  /** The `sid` by which the client knows a session: the same one would tell the people of two sectors to be one. */
  sessionOf(client: SubjectClient, session_id: string): string;
  /** The session that the client calls so, likewise. */
  sessionBehind(client: SubjectClient, sid: string): string | undefined;
  /** Whom a pairwise subject of any sector may stand for, for operators: it counts where there is such a person. */
  candidate(subject: string): string | undefined;
};

/** What the sealed secret of pairwise subjects is bound to; what `CannotUnseal` calls it. */
export const SUBJECT_SECRET_PURPOSE = 'secret of pairwise subjects';

/** Octets of the secret that pairwise subjects are made with. */
export const SUBJECT_SECRET_LENGTH = 32;

/** Octets of the part that tells the rest to be authentic. */
const TAG_LENGTH = 16;
/** A `sub` has at most 255 characters (OIDC Core §2). */
const ENCODED = /^[A-Za-z0-9_-]{23,255}$/;

type Kind = 'subject' | 'session';

const isPairwise = ({ metadata }: SubjectClient): boolean => metadata.subject_type === 'pairwise';

/**
 * Makes subjects by deterministic authenticated encryption: a synthetic initialization vector, the HMAC of sector and
 * `sub`, and the `sub` encrypted under it (the construction of RFC 5297, with HMAC-SHA-256 and AES-256-CTR). The server
 * alone can make them and read them (OIDC Core §8.1); nothing is stored, so that a subject is the same on every node, for
 * ever, and wherever the secret goes.
 * @param secret 32 octets, a record of the database
 */
export function createSubjects(secret: Uint8Array): Subjects {
  const macKey = derivedKey(secret, 'pairwise subject: authentication');
  const encryptionKey = derivedKey(secret, 'pairwise subject: encryption');

  const tagOf = (kind: Kind, sector: string, text: string): Buffer =>
    createHmac('sha256', macKey)
      .update(JSON.stringify([kind, sector, text]))
      .digest()
      .subarray(0, TAG_LENGTH);

  const encode = (kind: Kind, client: SubjectClient, text: string): string => {
    if (!isPairwise(client)) return text;
    const tag = tagOf(kind, sectorOf(client), text);
    const cipher = createCipheriv('aes-256-ctr', encryptionKey, tag);
    return Buffer.concat([tag, cipher.update(text, 'utf8'), cipher.final()]).toString('base64url');
  };

  const opened = (encoded: string): { readonly tag: Buffer; readonly text: string } | undefined => {
    if (!ENCODED.test(encoded)) return undefined;
    const bytes = Buffer.from(encoded, 'base64url');
    const tag = bytes.subarray(0, TAG_LENGTH);
    const decipher = createDecipheriv('aes-256-ctr', encryptionKey, tag);
    const text = Buffer.concat([decipher.update(bytes.subarray(TAG_LENGTH)), decipher.final()]).toString();
    return { tag, text };
  };

  const decode = (kind: Kind, client: SubjectClient, encoded: string): string | undefined => {
    if (!isPairwise(client)) return encoded;
    const found = opened(encoded);
    if (!found || !timingSafeEqual(found.tag, tagOf(kind, sectorOf(client), found.text))) return undefined;
    return found.text;
  };

  return {
    of: (client, sub) => encode('subject', client, sub),
    personOf: (client, subject) => decode('subject', client, subject),
    sessionOf: (client, session_id) => encode('session', client, session_id),
    sessionBehind: (client, sid) => decode('session', client, sid),
    candidate(subject) {
      const text = opened(subject)?.text;
      return text !== undefined && /^[\x21-\x7E]+$/.test(text) ? text : undefined;
    },
  };
}
