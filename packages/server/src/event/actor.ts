/** Who did something, for the audit trail. */
export type Actor = {
  /** A username, a client_id, or the operating system's user at the command line. */
  readonly name: string;
  readonly through:
    | 'admin-api'
    | 'command-line'
    /** Another server's files, brought in by whoever is named. */
    | 'import'
    | 'dynamic-registration'
    | 'configuration'
    | 'account-page'
    /** The pages where a person signs in, consents, approves and signs out. */
    | 'sign-in'
    /** A request that the client itself made at an OAuth endpoint. */
    | 'client-request'
    /** Nobody asked for it: the server itself, because it was due. */
    | 'server';
  /** Where the request came from; for a command the address of its SSH connection, when there is one. */
  readonly remote_address?: string;
  /** The client a person acted through, for instance the console; of one that acted on its own behalf, that client. */
  readonly client_id?: string;
};
