const DAY = 86_400;

/**
 * The longest each lifetime can be that a client may have of its own, in seconds, under its name in `[oauth]`: neither the
 * deployment nor a client can have a longer one.
 */
export const LONGEST_LIFETIMES = {
  access_token_lifetime: 30 * DAY,
  refresh_token_lifetime: 3650 * DAY,
  refresh_token_idle_lifetime: 3650 * DAY,
  id_token_lifetime: 30 * DAY,
  device_code_lifetime: 3600,
} as const;

/** A lifetime that a client may have of its own. */
export type ClientLifetime = keyof typeof LONGEST_LIFETIMES;

export const CLIENT_LIFETIMES = [
  'access_token_lifetime',
  'refresh_token_lifetime',
  'refresh_token_idle_lifetime',
  'id_token_lifetime',
  'device_code_lifetime',
] as const satisfies readonly ClientLifetime[];
