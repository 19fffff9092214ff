export type { BoundFetch } from './bound-fetch.ts';
export { type Access, type AccessToken, type Client, type ClientState, createClient } from './client.ts';
export type { AccessRequest, ClientEvent, FetchReason } from './client-event.ts';
export type { ClientAuthentication, ClientOptions } from './client-options.ts';
export type { ConnectionPem } from './credential-files.ts';
export type { SlotState } from './token-slot.ts';
export { TokenUnavailable, type TokenUnavailableCause } from './token-unavailable.ts';
