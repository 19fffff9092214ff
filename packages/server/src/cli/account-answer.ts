import type { ShownUser } from './administration/administration.ts';

/** An account as commands show it with `--json`. */
export const accountAnswer = ({
  sub,
  username,
  roles,
  limited_roles,
  claims,
  enabled,
  awaits_confirmation,
  required_actions,
}: ShownUser) => ({
  sub,
  username,
  roles,
  ...(limited_roles && { limited_roles }),
  claims,
  enabled,
  ...(awaits_confirmation && { awaits_confirmation }),
  ...(required_actions && { required_actions }),
});
