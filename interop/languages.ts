import { go } from './go/language.ts';
import { java } from './java/language.ts';
import { quarkus } from './java/quarkus/language.ts';
import { javascript } from './javascript/language.ts';
import type { Language } from './place.ts';

/** What `npm run interop` tries. */
export const LANGUAGES: readonly Language[] = [javascript, java, go];

/** What takes minutes to compile: `npm run interop -- --slow`. */
export const SLOW_LANGUAGES: readonly Language[] = [quarkus];
