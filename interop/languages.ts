import { apache } from './apache/language.ts';
import { go } from './go/language.ts';
import { java } from './java/language.ts';
import { quarkus } from './java/quarkus/language.ts';
import { javascript } from './javascript/language.ts';
import type { Language } from './place.ts';
import { python } from './python/language.ts';

/** What `npm run interop` tries. */
export const LANGUAGES: readonly Language[] = [javascript, java, go, python, apache];

/** What takes minutes to compile: `npm run interop -- --slow`. */
export const SLOW_LANGUAGES: readonly Language[] = [quarkus];
