/** Rules of the server that others repeat, so that their tests can hold them to it. */
export { isPlainHttpRedirectUri, redirectUriProblem } from '../src/client/redirect-uri.ts';
export { STANDING_REASONS } from '../src/client-authentication/authority.ts';
export { EVENT_TYPES } from '../src/event/event-types.ts';
export { causeInWords, NEARER } from '../src/refusal/cause-in-words.ts';
export { CAUSES } from '../src/refusal/causes.ts';
export { SIGNING_ALGORITHMS } from '../src/token/server-key.ts';
