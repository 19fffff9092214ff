import type { PlugInCertificate, PlugInClaimsRequest, PlugInRequest } from '../plug-in.ts';

/**
 * What crosses between the server and the process of a plug-in, one JSON value a line: plain data alone. Types and bounds
 * only, because the process of a plug-in loads no more than it must.
 * @module
 */

/** The descriptor of the channel in the process of a plug-in: 0 to 2 are its standard streams. */
export const CHANNEL = 3;

/** Characters of one text in an answer. */
export const LONGEST_TEXT = 65_536;

/** Characters of one line of the process: its longest answer, every character of it escaped. */
export const LONGEST_LINE = 4 * 1024 * 1024;

/** What a plug-in is, as its process found it. */
export type PlugInNames =
  | { readonly kind: 'authenticator'; readonly name: string }
  | { readonly kind: 'grant'; readonly grant_type: string }
  | { readonly kind: 'claims'; readonly name: string };

/** What a grant is given, its parameters as data. */
export type GrantRequestData = {
  readonly client_id: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly certificate: PlugInCertificate | undefined;
  readonly remote_address: string;
};

/** What a plug-in is asked. */
export type Question =
  | {
      readonly ask: 'authenticate';
      readonly request: PlugInRequest;
      readonly properties: Readonly<Record<string, unknown>>;
    }
  | { readonly ask: 'plan'; readonly request: GrantRequestData }
  | { readonly ask: 'give'; readonly request: PlugInClaimsRequest };

export type ToPlugIn =
  | { readonly say: 'call'; readonly id: number; readonly question: Question }
  | { readonly say: 'alive?' };

export type FromPlugIn =
  /** What the file exports; null for no plug-in. */
  | { readonly say: 'loaded'; readonly plugIn: PlugInNames | null }
  | { readonly say: 'not loaded'; readonly message: string }
  /** From here on the plug-in may have done something. */
  | { readonly say: 'begun'; readonly id: number }
  | { readonly say: 'answered'; readonly id: number; readonly verdict: unknown }
  | { readonly say: 'threw'; readonly id: number; readonly message: string }
  | { readonly say: 'alive' }
  /** It ends next. */
  | { readonly say: 'failing'; readonly cause: string };
