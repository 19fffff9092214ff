import { z } from 'zod';

const Texts = z.array(z.string().max(2000)).max(100).optional();

/** One thing a client asks to be allowed, or was allowed (RFC 9396 §2); fields beside the common ones belong to its type. */
export const AuthorizationDetail = z.looseObject({
  type: z.string().min(1).max(200),
  locations: Texts,
  actions: Texts,
  datatypes: Texts,
  identifier: z.string().max(2000).optional(),
  privileges: Texts,
});
export type AuthorizationDetail = z.infer<typeof AuthorizationDetail>;
