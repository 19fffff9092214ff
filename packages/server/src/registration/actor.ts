/** Who made a change, for the audit trail. */
export type Actor = {
  /** A username, a client_id, or the operating system's user at the command line. */
  readonly name: string;
  readonly through: 'admin-api' | 'command-line' | 'dynamic-registration' | 'configuration' | 'account-page';
};
