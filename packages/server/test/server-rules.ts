/** Rules of the server that others repeat, so that their tests can hold them to it. */
export { isPlainHttpRedirectUri, redirectUriProblem } from '../src/client/redirect-uri.ts';
export { EVENT_TYPES } from '../src/event/event-types.ts';
export { SIGNING_ALGORITHMS } from '../src/token/server-key.ts';
