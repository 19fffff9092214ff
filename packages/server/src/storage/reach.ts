/** How the database is reached. */
export type Reach = {
  /**
   * `reached`: it answers; `away`: it does not, but did within `[database.identity_db] unreachable_bound`, counted from
   * the start of the last question it answered; `lost`: for longer.
   */
  state(): 'reached' | 'away' | 'lost';
  /** Milliseconds by which the database's clock is ahead of this machine's; 0 with SQLite. */
  clockOffset(): number;
  /** Whether this machine's clock differs from the database's by no more than `[database.identity_db] clock_bound`. */
  isClockRight(): boolean;
  /** Whether the database can be written; found out within three seconds. */
  canWrite(): Promise<boolean>;
  /** What its server has of connections; undefined with SQLite, and where the engine does not say. */
  connections(): Promise<Connections | undefined>;
  /** What its server does so that a write outlives a crash; undefined with SQLite, and where the engine does not say. */
  durability(): Promise<Durability | undefined>;
};

/** Settings of PostgreSQL, as this role has them: `on`, `off` and what lies between. */
export type Durability = { readonly synchronous_commit: string; readonly fsync: string };

/** Connections of a process below which a request could wait for another one of its own process. */
export const LEAST_POOL = 2;

export type Connections = {
  /** How many it takes, but for those kept for superusers. */
  readonly most: number;
  /** Processes of ours that use it, this one among them, and at how many addresses they are. */
  readonly processes: number;
  readonly addresses: number;
};

/** What a process has of connections to a shared database, and how many of its requests wait for one. */
export type PoolUse = {
  readonly in_use: number;
  readonly idle: number;
  readonly waiting: number;
  /** The most there may be, besides the one that watches. */
  readonly max: number;
};

/** What the storage tells of the database without being asked. */
export type StorageNotice =
  | { readonly kind: 'away' | 'reached' }
  /** `offset` is in milliseconds. */
  | { readonly kind: 'clock wrong' | 'clock right'; readonly offset: number }
  /** The change numbers it has are not those it had: of a backup, or a standby that was behind. */
  | { readonly kind: 'went back'; readonly from: number; readonly to: number };
