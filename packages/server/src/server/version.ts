import { z } from 'zod';
import { ownManifest } from '../own-files.ts';

/** The version of this package, as its package.json says. */
export const { version: VERSION } = z.object({ version: z.string() }).parse(ownManifest());
