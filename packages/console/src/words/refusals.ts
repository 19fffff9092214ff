import type { Event } from '../api/admin-api.ts';
import { type CauseWords, refusalIn, type Words } from './cause.ts';
import { language } from './words.tsx';

const loaded = async (): Promise<CauseWords | undefined> => {
  switch (language()) {
    case 'de':
      return (await import('./de/causes-de.ts')).causes;
    case 'pt':
      return (await import('./pt/causes-pt.ts')).causes;
    case 'en':
      return undefined;
  }
};

let words: Promise<CauseWords | undefined> | undefined;

/**
 * Loads the words of refusals in the language that is shown, once. Undefined for English, whose words the server itself
 * has, and where they could not be loaded.
 */
export const causeWords = (): Promise<CauseWords | undefined> => {
  words ??= loaded().catch(() => undefined);
  return words;
};

export type Told = Partial<Words> & { readonly lang?: 'en' };

/**
 * Why something was refused and what to do about it; as the server says it, in English, where there are no words for
 * the cause.
 * @param known of the language that is shown
 */
export function toldOf(event: Event, known: CauseWords | undefined): Told {
  const worded = known && refusalIn(known, event);
  if (worded !== undefined) return worded;
  const { what, remedy } = event;
  return {
    ...(what !== undefined && { what }),
    ...(remedy !== undefined && { remedy }),
    ...(language() !== 'en' && { lang: 'en' }),
  };
}
