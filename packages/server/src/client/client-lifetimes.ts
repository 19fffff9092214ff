import type { ClientMetadata } from './client-metadata.ts';
import { CLIENT_LIFETIMES, type ClientLifetime } from './longest-lifetimes.ts';
import { BUNDLES } from './profile/bundles.ts';
import type { Profiled } from './profile.ts';

/** What `[oauth]` says of lifetimes: how long for whoever says nothing, and at most; seconds. */
export type LifetimeRules<Name extends ClientLifetime = ClientLifetime> = Readonly<
  Record<Name | `max_${Name}`, number>
>;

/** The most of each that a client may have of its own, as `[oauth]` has it now; seconds. */
export type LifetimeMaxima = Readonly<Record<`max_${ClientLifetime}`, number>>;

/** A client, as far as its own lifetimes are concerned. */
export type OwnLifetimes = Pick<ClientMetadata, ClientLifetime>;

/** Its own lifetimes of access tokens: of those that speak of others, and of those that it has for itself. */
export type AccessTokenLifetimes = Pick<
  ClientMetadata,
  'access_token_lifetime' | 'client_credentials_token_lifetime'
>;

/**
 * How long something lives for a client: its own lifetime, cut to the deployment's maximum of now, or the deployment's.
 * @returns seconds
 */
export function lifetimeOf<Name extends ClientLifetime>(
  name: Name,
  { [name]: own }: OwnLifetimes,
  rules: LifetimeRules<Name>,
): number {
  return own === undefined ? rules[name] : Math.min(own, rules[`max_${name}` as const]);
}

/**
 * How long an access token of a client lives: where both the client and what the token is for have a lifetime of their
 * own, the shorter one; always within what the client's profile allows.
 * @param ofTarget seconds, of the `[[resource]]` the token is for
 * @param speaksOf whether the token is the client's for itself, or speaks of somebody else
 * @returns seconds
 */
export function accessTokenLifetime(
  metadata: Profiled & AccessTokenLifetimes,
  rules: LifetimeRules<'access_token_lifetime'>,
  ofTarget?: number,
  speaksOf: 'others' | 'the client' = 'others',
): number {
  const { access_token_lifetime: ofOthers, client_credentials_token_lifetime: ofItself } = metadata;
  const access_token_lifetime = (speaksOf === 'the client' ? ofItself : undefined) ?? ofOthers;
  const ofClient = lifetimeOf('access_token_lifetime', { access_token_lifetime }, rules);
  const isOwn = access_token_lifetime !== undefined;
  const asked = ofTarget === undefined ? ofClient : isOwn ? Math.min(ofClient, ofTarget) : ofTarget;
  const { profile } = metadata;
  const bounds = profile === undefined ? undefined : BUNDLES[profile].access_token_lifetime;
  return bounds ? Math.min(Math.max(asked, bounds.least), bounds.most) : asked;
}

/** Every member that is a lifetime, and the one in `[oauth]` whose maximum bounds it. */
const BOUNDED: readonly (readonly [field: keyof ClientMetadata, bound: ClientLifetime])[] = [
  ...CLIENT_LIFETIMES.map((field) => [field, field] as const),
  ['client_credentials_token_lifetime', 'access_token_lifetime'],
];

/**
 * Which of the lifetimes that are written into a client's registration is longer than the deployment lets it be.
 * @param written the members that are given, of any type
 * @returns the first, with what is wrong with it
 */
export function lifetimeProblem(
  written: Readonly<Record<string, unknown>>,
  maxima: Partial<LifetimeMaxima>,
): { readonly field: keyof ClientMetadata; readonly message: string } | undefined {
  for (const [field, bound] of BOUNDED) {
    const own = written[field];
    const most = maxima[`max_${bound}`];
    if (typeof own === 'number' && most !== undefined && own > most) {
      return { field, message: `${own} is more than ${most} seconds ([oauth] max_${bound})` };
    }
  }
  return undefined;
}
