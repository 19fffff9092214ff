import { z } from 'zod';
import type { EventRecorder } from '../event/event-recorder.ts';
import { removeRetiredSigningKey, rotateSigningKeys } from '../registration/key-rotation.ts';
import type { Storage } from '../storage/storage.ts';
import { describedKey } from '../token/described-key.ts';
import { SERVER_KEY_ALGORITHMS, type SigningAlgorithm } from '../token/server-key.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute, InvalidInput, NotFound } from './route.ts';
import { Timestamp } from './timestamp.ts';

export const SigningKeyAnswer = z
  .object({
    kid: z.string(),
    alg: z.enum(SERVER_KEY_ALGORITHMS).describe('RSA-OAEP-256 and ECDH-ES are those of decryption keys.'),
    use: z.enum(['sig', 'enc']).describe('What it is for: to sign, or to be encrypted to (RFC 7517 §4.2).'),
    state: z.enum(['next', 'active', 'retired']),
    created_at: Timestamp,
    retired_at: Timestamp.exactOptional(),
    known_from: Timestamp.exactOptional().describe(
      'Of the active and the next key that sign: from when on everybody who verifies tokens knows it. An active key signs from then on, and until then the one before it; a rotation to the next key is safe, and has its effect at once, from then on.',
    ),
  })
  .meta({ id: 'SigningKey' });

const Rotation = z.object({
  algorithm: z
    .enum(SERVER_KEY_ALGORITHMS)
    .exactOptional()
    .describe('Only the key of this one. Left out: those of all.'),
});

const Answer = allOf('SigningKeys', SigningKeyAnswer);
const tag = 'signing keys';

/** `/signing-keys`: what tokens are signed with. */
export function signingKeyRoutes(
  storage: Pick<Storage, 'signingKeys' | 'commit'>,
  events: EventRecorder,
  alg: SigningAlgorithm,
  encryptionKey: Uint8Array,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/signing-keys',
      summary: 'List the signing keys',
      tag,
      area: 'keys',
      access: 'read',
      response: Answer,
      handle: async () => ({ items: (await storage.signingKeys.list()).map(describedKey) }),
    }),
    adminRoute({
      method: 'POST',
      path: '/signing-keys/rotate',
      summary:
        'Rotate: the key published ahead signs from its known_from on, which is past unless it was published just now; the old one still verifies',
      tag,
      area: 'keys',
      access: 'write',
      query: Rotation,
      response: Answer,
      handle: async ({ query: { algorithm }, administrator, now }) => {
        const rotate = rotateSigningKeys(storage, events, alg, encryptionKey, administrator, now, algorithm);
        return { items: (await rotate).map(describedKey) };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/signing-keys/{kid}',
      summary: 'End a retired key at once: what it signed is no longer believed',
      tag,
      area: 'keys',
      access: 'write',
      params: z.object({ kid: z.string().max(200) }),
      handle: async ({ params: { kid }, administrator }) => {
        const outcome = await removeRetiredSigningKey(storage, events, kid, administrator);
        if (outcome === 'unknown') throw new NotFound(`there is no signing key ${kid}`);
        if (outcome === 'in use') throw new InvalidInput('kid', 'is in use; rotate first');
      },
    }),
  ];
}
