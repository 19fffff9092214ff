import type { AdministratorRole, LimitedRole } from './administrator-roles.ts';

/** An account that can sign in. `sub` never changes and is never reused. */
export type User = {
  readonly sub: string;
  readonly username: string;
  /** PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  readonly password_hash: string;
  /** Whether another one must be chosen at the next sign-in, before anything else. */
  readonly password_temporary?: true;
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
