/** The words of the console, so that its tests in browsers can tell them from others. */
export { type CauseWords, refusalIn } from '../src/words/cause.ts';
export { causes as germanCauses } from '../src/words/de/causes-de.ts';
export { de } from '../src/words/de/de.ts';
export { en } from '../src/words/en/en.ts';
export type { Message } from '../src/words/message.ts';
export { causes as portugueseCauses } from '../src/words/pt/causes-pt.ts';
export { pt } from '../src/words/pt/pt.ts';
