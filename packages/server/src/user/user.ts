import type { AdministratorRole, LimitedRole } from './administrator-roles.ts';
import type { RequiredAction } from './required-action.ts';

/** An account that can sign in. `sub` never changes and is never reused. */
export type User = {
  readonly sub: string;
  readonly username: string;
  /** A PHC string that `password-hash.ts` reads, or `NO_PASSWORD`. */
  readonly password_hash: string;
  /** What must be done at the next sign-in, before anything is issued; absent where there is nothing. */
  readonly required_actions?: readonly RequiredAction[];
  /** Administrator roles that count for the whole server. */
  readonly roles: readonly AdministratorRole[];
  /** Administrator roles that count for the clients of a group; absent where there are none. */
  readonly limited_roles?: readonly LimitedRole[];
  /** OIDC standard claims (OIDC Core §5.1), e.g. `name`, `email`. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  /** Disabled by a restore that could not tell what had ended: enabling it confirms password, factors and roles. */
  readonly awaits_confirmation?: true;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly revision: number;
  /** What a later version wrote about it, which means nothing here and is kept. */
  readonly unknown?: {
    readonly roles: readonly unknown[];
    readonly members: Readonly<Record<string, unknown>>;
  };
};
