import { z } from 'zod';

/** How many sessions and grants of a person ended; a grant takes its access and refresh tokens along. */
export const SignedOut = z.object({ sessions: z.int(), grants: z.int() }).meta({ id: 'SignedOut' });
