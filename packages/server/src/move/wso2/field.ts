import type { Instead } from '../finding.ts';
import type { ClientAnswer, FieldMapping } from '../source.ts';
import type { Application, Form } from './application.ts';
import type { Authentication } from './authentication.ts';
import type { Grants } from './grants.ts';
import type { Redirects } from './redirects.ts';

/** What is known of an application before its fields are gone through: what several of them decide together. */
export type Reading = {
  readonly application: Application;
  readonly answer: ClientAnswer | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly authentication: Authentication;
  readonly redirects: Redirects;
  readonly grants: Grants;
  /** The text of a field of the OAuth application, by its name in exports. */
  oauth(field: string): string | undefined;
};

/** What becomes of a field of one application; what is not said is as the table has it. */
export type Verdict = Omit<Instead, 'at'> & {
  /** Members of the client's metadata (RFC 7591, and this server's own). */
  readonly metadata?: Readonly<Record<string, unknown>>;
};

/** A value as the files have it; several where it is a list. */
export type Written = { readonly text: string | undefined; readonly all: readonly string[] };

/** A line of the table: where a field stands in each form, and what it is here. */
export type Wso2Field = FieldMapping & {
  /** Whether it stands in the service provider or in its OAuth application. */
  readonly of: 'provider' | 'oauth';
  /** Where it stands in XML, unless as in YAML and JSON. */
  readonly xml?: string;
  /** Where it stands in the documents of the REST API; absent where they do not have it. */
  readonly rest?: string;
  /** Whether what lies below it belongs to it too. */
  readonly whole?: true;
  /** Whether it may have several values. */
  readonly list?: true;
  /** Whether something is said of it also where the files do not have it. */
  readonly always?: true;
  /**
   * What becomes of it, of a value that is there unless `always`.
   * @returns undefined where there is nothing to say, as of a value that asks for nothing
   */
  judge(written: Written, reading: Reading): Verdict | undefined;
};

/** Where a field stands in a form; undefined where that form does not have it. */
export function placeOf({ field, xml, rest }: Wso2Field, form: Form): string | undefined {
  if (form === 'rest') return rest;
  return form === 'export' ? field : (xml ?? field);
}

/** Something is said whatever the value is. */
export const said = (): Verdict => ({});

/** Something is said only of what is switched on. */
export const whenTrue =
  (metadata: Readonly<Record<string, unknown>> = {}) =>
  ({ text }: Written): Verdict | undefined =>
    text === 'true' ? { metadata } : undefined;

const NOTHING = new Set(['', 'false', '0', 'null', 'None', 'default', 'DEFAULT']);

/** Whether any of the values asks for something. */
export const asksForSomething = (all: readonly string[]): boolean =>
  all.some((text) => !NOTHING.has(text.trim()));

/** Something is said only where a value asks for something. */
export const whenAsked = ({ all }: Written): Verdict | undefined => (asksForSomething(all) ? {} : undefined);
