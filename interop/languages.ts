import { javascript } from './javascript/language.ts';
import type { Language } from './place.ts';

/** What `npm run interop` tries. */
export const LANGUAGES: readonly Language[] = [javascript];

/** What takes minutes to compile: `npm run interop -- --slow`. */
export const SLOW_LANGUAGES: readonly Language[] = [];
