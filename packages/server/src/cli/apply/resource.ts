import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Deployment } from './deployment.ts';

/** Every kind of resource, in the order in which they are made: what a resource names is of its kind or one before. */
export const RESOURCE_KINDS = [
  'attribute',
  'role',
  'group',
  'trusted_certificate',
  'client',
  'claim_rule',
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** Members of a resource by name, each with its default where nobody says it; what is missing is nobody's to say. */
export type Fields = Readonly<Record<string, unknown>>;

/** A file, read: its references are replaced. */
export type ResourceFile = {
  readonly kind: ResourceKind;
  readonly name: string;
  /** Below the folder, with `/`. */
  readonly file: string;
  /** What stands in it beside kind and name. */
  readonly body: Fields;
  /** Members whose value comes from the environment or another file, as they are written: for people. */
  readonly written: ReadonlyMap<string, string>;
};

/** A resource as a file wants it. */
export type Wanted = ResourceFile & { readonly fields: Fields };

/** A resource as it is. */
export type Present = {
  readonly name: string;
  readonly managed_by?: string;
  /** What names it in a path of the admin API. */
  readonly id: string;
  readonly revision: number;
  readonly fields: Fields;
};

/** What is said once, of what was just made or changed. */
export type Issued = { readonly client_secret: string };

/** What something is made or changed with. */
export type Making = {
  readonly label: string;
  readonly deployment: Deployment;
  /** Told of what is said once as soon as it is there: what comes after it may be refused. */
  onIssued(issued: Issued): void;
};

/** What is asked of a kind: those that a file names, and those with the label. */
export type Asked = { readonly wanted: readonly Wanted[]; readonly label: string };

/** Thrown for a file that cannot be: `field` is the member at fault, the message the end of a sentence about it. */
export class InvalidResource extends Error {
  override readonly name = 'InvalidResource';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
  }
}

/** What there is to know and to do of the resources of one kind. */
export type Kind = {
  readonly kind: ResourceKind;
  /** The whole of a file, from which its JSON Schema is made. */
  readonly File: z.ZodObject;
  /** How names are compared. */
  keyOf(name: string): string;
  /** What a file wants. @throws InvalidResource */
  fieldsOf(given: ResourceFile, deployment: Deployment): Promise<Fields>;
  /** Those that are there of what is asked for; others may be among them. */
  present(deployment: Deployment, asked: Asked): Promise<readonly Present[]>;
  /** Every one there is, with all that a file can say. */
  all(deployment: Deployment): AsyncIterable<Present>;
  /** What a file has to say for one to be made as it is: what is so by default is left out. */
  bodyOf(present: Present, deployment: Deployment): Promise<Fields>;
  create(wanted: Wanted, making: Making): Promise<void>;
  /** @param changed the members that differ */
  change(present: Present, wanted: Wanted, changed: readonly string[], making: Making): Promise<void>;
  remove(present: Present, deployment: Deployment): Promise<void>;
};

/** Without members whose value is that of a file which leaves them out. */
export const withoutDefaults = (fields: Fields, defaults: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([member, value]) => value !== undefined && !isDeepStrictEqual(value, defaults[member]),
    ),
  );

/** Without members that nobody said. */
export const saidOf = (fields: Fields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
