/** What strangers do to the server, each for a time; see `flood-process.ts`. */
export const FLOODS = [
  'handshakes',
  'idle-connections',
  'junk-requests',
  'big-bodies',
  'authorization-requests',
  'wrong-passwords',
  'wrong-assertions',
  'registrations',
  'costly-chains',
  'costly-chains-p-521',
  'names-that-never-resolve',
  'large-chains',
  'unread-answers',
] as const;
export type Flood = (typeof FLOODS)[number];

/** What a flood needs to know of the server and its clients, as JSON in the process's environment. */
export type FloodTarget = {
  readonly port: number;
  /** A public client with a redirect URI. */
  readonly publicClient: string;
  /** A client of `tls_client_auth`. */
  readonly tlsClient: string;
  /** A client of `private_key_jwt` with many keys. */
  readonly jwtClient: string;
  /** A client with request URIs at names that never resolve. */
  readonly silentClient: string;
  readonly silentUris: readonly string[];
  /** A large file of the console. */
  readonly script: string;
  /** Those it comes from, of loopback. */
  readonly addresses: readonly string[];
};

export const REDIRECT_URI = 'https://app.example/callback';
