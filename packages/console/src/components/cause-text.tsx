import { type ReactNode, Suspense, use } from 'react';
import type { Event } from '../api/admin-api.ts';
import { causeWords, toldOf } from '../words/refusals.ts';
import { ServerText } from './server-text.tsx';

type Shown = {
  readonly event: Event;
  readonly part: 'what' | 'remedy';
  /** Where nothing is known of a cause, or not yet. */
  readonly instead?: ReactNode;
};

function Worded({ event, part, instead }: Shown) {
  const { [part]: said, lang } = toldOf(event, use(causeWords()));
  if (said === undefined) return instead;
  return lang === undefined ? said : <ServerText>{said}</ServerText>;
}

/**
 * Why something was refused, or what to do about it, in the language that is shown. Its words load with the first; until
 * they are there, what is shown instead is.
 */
export const CauseText = (shown: Shown) => (
  <Suspense fallback={shown.instead}>
    <Worded {...shown} />
  </Suspense>
);
