/** The last line of a chain that the database knows of. The file may be ahead of it, never behind. */
export type AuditHead = {
  readonly chain: string;
  /** Who writes it, for people: `server 4711 on host`. */
  readonly writer: string;
  readonly sequence: number;
  readonly mac: string;
  /** Milliseconds since the epoch. */
  readonly started_at: number;
  readonly written_at: number;
  /** Whether the writer ended as it should, after this line. */
  readonly closed: boolean;
};

/** The last line of a chain in one file, where the chain went on in another: from there it can be verified alone. */
export type AuditCut = {
  readonly chain: string;
  readonly sequence: number;
  readonly mac: string;
  /** When the line was the last one; milliseconds since the epoch. */
  readonly time: number;
  /** Whether the server itself removed the file that ends with it, and all before. */
  readonly removed: boolean;
};

/** What the database knows of the audit files, so that what they lack can be told. */
export interface AuditStore {
  /** Inserts or replaces. */
  putHead(head: AuditHead): Promise<void>;
  /** Inserts, or marks as removed what is there. */
  putCuts(cuts: readonly AuditCut[]): Promise<void>;
  heads(): Promise<readonly AuditHead[]>;
  cuts(): Promise<readonly AuditCut[]>;
}
