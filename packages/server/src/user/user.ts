/** Administrator roles: an owner may do everything, a client manager edits clients and trust, an auditor reads. */
export const ADMINISTRATOR_ROLES = ['owner', 'client_manager', 'auditor'] as const;
export type AdministratorRole = (typeof ADMINISTRATOR_ROLES)[number];

/** An account that can sign in. `sub` never changes and is never reused. */
export type User = {
  readonly sub: string;
  readonly username: string;
  /** PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  readonly password_hash: string;
  /** Whether another one must be chosen at the next sign-in, before anything else. */
  readonly password_temporary?: true;
  readonly roles: readonly AdministratorRole[];
  /** OIDC standard claims (OIDC Core §5.1), e.g. `name`, `email`. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  /** Disabled by a restore that could not tell what had ended: enabling it confirms password, factors and roles. */
  readonly awaits_confirmation?: true;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly revision: number;
};
