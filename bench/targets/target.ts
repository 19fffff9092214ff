import type { KeyMaterial } from '../key-material.ts';
import type { Dialect, Role } from './dialect.ts';

/** Where a target keeps what it remembers, if it is one that can choose. */
export type Database =
  | { readonly kind: 'sqlite' }
  | {
      readonly kind: 'postgres';
      /** Makes an empty database. @returns its URL */
      create(name: string): Promise<string>;
    };

/** What a target is given to get ready with. */
export type Place = {
  readonly material: KeyMaterial;
  readonly port: number;
  /** The clients that the workloads need. */
  readonly roles: ReadonlySet<Role>;
  readonly database: Database;
  /** The folder of servers that were fetched. */
  readonly peers: string;
};

/** How the operating system starts a server: by the Node.js that runs this, or as another program. */
export type Start =
  | { readonly kind: 'node'; readonly script: readonly string[] }
  | { readonly kind: 'program'; readonly command: readonly string[] };

/** A server that is set up, and may be started as often as one likes. */
export type Prepared = {
  readonly start: Start;
  readonly dialect: Dialect;
  /** The client whose first token ends the start. */
  readonly first: Role;
};

/** A server under test. */
export type Target = {
  readonly name: string;
  /** `rising`: its code goes on getting faster for long, and is loaded until it does no more. */
  readonly warmUp: 'short' | 'rising';
  /** Why it cannot be measured on this machine, as a sentence; undefined when it can. */
  whyMissing(peers: string): string | undefined;
  /** Readies whatever the server needs. */
  prepare(place: Place): Promise<Prepared>;
};

/** A target that would not start or stopped on its own; the message carries what it printed last. */
export class TargetFailed extends Error {
  override readonly name = 'TargetFailed';
}
