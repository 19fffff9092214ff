/** The words of the console, so that its tests in browsers can tell them from others. */
export { de } from '../src/words/de/de.ts';
export { en } from '../src/words/en/en.ts';
export type { Message } from '../src/words/message.ts';
export { pt } from '../src/words/pt/pt.ts';
