import type { MovedRecord, RecordKind } from './record.ts';

/**
 * What becomes of one field of the other server's: it means the same here, it is changed, it is lost, or it cannot come
 * over until the operator says something.
 */
export type Outcome = 'same' | 'changed' | 'lost' | 'asked';

/** What became of one field of one thing, for the report. */
export type Finding = {
  /** As the other server names it, with the way to it: `attributes.x509.subjectdn`. */
  readonly field: string;
  /** As it is named here; absent where nothing is. */
  readonly ours?: string;
  readonly outcome: Outcome;
  /** One sentence that names what was there, never a secret. */
  readonly why: string;
};

/** What a thing is: what a record of it would be, or the other server itself, whose settings are no record. */
export type ThingKind = RecordKind | 'server';

/** One thing of the other server, and what is to be written of it. */
export type MovedItem = {
  readonly kind: ThingKind;
  /** As its operator knows it: the client_id, the username, the alias. */
  readonly name: string;
  /** Absent where it does not come over; a finding says why. */
  readonly record?: MovedRecord;
  readonly findings: readonly Finding[];
  /** What was made of it for the operator to look at and put in place; it may hold secrets. */
  readonly document?: { readonly name: string; readonly text: string };
};

/** A file that is given, or one of a folder. */
export type InputFile = {
  /** Relative to what was given, with `/`. */
  readonly name: string;
  /** Its octets, from the beginning each time it is called. */
  octets(): AsyncIterable<Uint8Array>;
};

/** What the operator says of one client beforehand. */
export type ClientAnswer = {
  /** The secret that the files lack. */
  readonly client_secret?: string;
  /** In place of what the files say, as of a wildcard that is narrowed. */
  readonly redirect_uris?: readonly string[];
  /** Those of the files' own that are taken though registration would refuse them. */
  readonly accept_redirect_uris?: readonly string[];
  /** Where the other server lets a client choose at each request. */
  readonly token_endpoint_auth_method?: string;
  /** The one subject of its certificates, where the files have an expression that several would match. */
  readonly tls_client_auth_subject_dn?: string;
  /** The authority that vouches for it: alias or thumbprint of one that is given beside. */
  readonly authority?: string;
};

/** What the operator says beforehand, by a file or flags. */
export type Answers = {
  readonly clients: Readonly<Record<string, ClientAnswer>>;
  /** What a source asks beside, by its own names. */
  readonly settings: Readonly<Record<string, string>>;
};

/** Certificates that are given beside the files, such as the trust store of the other server. */
export type GivenCertificate = {
  readonly alias: string;
  readonly der: Uint8Array;
  /** Whether the operator named it as an authority. */
  readonly isAuthority: boolean;
};

export type SourceInput = {
  readonly files: readonly InputFile[];
  readonly certificates: readonly GivenCertificate[];
  readonly answers: Answers;
  /** The password of files that are encrypted, asked for once there is one. */
  readonly password?: () => Promise<string>;
  /** What deployment.toml of this server sets, by key, without secrets. */
  readonly settings?: Readonly<Record<string, unknown>>;
};

/** Thrown when files cannot be read as what they should be; the message names file, place and cause. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
}

/** Another server's files, read. */
export type Source = {
  /**
   * Yields every thing of the files in the order of `MovedRecord`; the same each time it is asked. The import reads it
   * once to judge it, and once more to write it.
   * @throws UnreadableSource
   */
  read(input: SourceInput): AsyncIterable<MovedItem>;
};

/** One line of the table of a source: a field of theirs, and what it is here. The docs page and the report read it. */
export type FieldMapping = {
  readonly field: string;
  readonly ours?: string;
  readonly outcome: Outcome;
  readonly why: string;
};
