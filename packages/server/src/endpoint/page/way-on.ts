import type { Client } from '../../client/client.ts';
import type { ClientMetadata } from '../../client/client-metadata.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import { type Html, html, webLink } from './html.ts';
import type { Language } from './language.ts';

/** A button of a page that ends here, to where a person goes on. */
export type WayOn = { readonly href: string; readonly text: string };

/**
 * The ways on from a page that cannot do what it was opened for: to the application, where it is known, and to the
 * account.
 * @param client_id as an address names it: nothing more is known of the request
 */
export type WaysOn = (language: Language, client_id: string | undefined) => Promise<readonly WayOn[]>;

/**
 * The address at which an application begins a sign-in here, told by whom it is asked (OIDC Core §4).
 * @returns undefined where it registered none
 */
export function initiationAt(initiate_login_uri: string | undefined, issuer: string): string | undefined {
  const initiating = initiate_login_uri === undefined ? null : URL.parse(initiate_login_uri);
  if (initiating?.protocol !== 'https:') return undefined;
  initiating.searchParams.set('iss', issuer);
  return initiating.href;
}

/**
 * Where a person begins at an application: its page for that, told who asks (OIDC Core §4), its website, or where it takes
 * its answers.
 */
function startOf(
  { initiate_login_uri, client_uri, redirect_uris }: StartingPoints,
  issuer: string,
): string | undefined {
  const initiation = initiationAt(initiate_login_uri, issuer);
  if (initiation !== undefined) return initiation;
  const site = webLink(client_uri);
  if (site !== undefined) return site;
  const origins = new Set(redirect_uris.map((uri) => URL.parse(webLink(uri) ?? '')?.origin));
  const [only] = origins;
  return origins.size === 1 && only !== undefined ? `${only}/` : undefined;
}

type StartingPoints = Pick<ClientMetadata, 'initiate_login_uri' | 'client_uri' | 'redirect_uris'>;

/**
 * @param account the address of the account page, which leads to the sign-in where nobody is signed in
 */
export function createWaysOn(context: {
  readonly issuer: string;
  readonly directory: ClientDirectory;
  readonly account: string;
}): WaysOn {
  const { issuer, directory, account } = context;
  /** The page may tell of a database that fails: it is shown all the same. */
  const clientNamed = async (client_id: string): Promise<Client | undefined> => {
    try {
      return (await directory.find(client_id))?.client;
    } catch {
      return undefined;
    }
  };
  return async (language, client_id) => {
    const client = client_id === undefined ? undefined : await clientNamed(client_id);
    const href = client?.enabled ? startOf(client.metadata, issuer) : undefined;
    const { client_name = '' } = client?.metadata ?? {};
    return [
      ...(href === undefined
        ? []
        : [{ href, text: language.text('on.application', { client: client_name }) }]),
      { href: account, text: language.text('on.account') },
    ];
  };
}

/** The first is what most people want. */
export const waysOnButtons = (ways: readonly WayOn[]): Html => html`<div class="ways">
${ways.map(
  ({ href, text }, index) =>
    html`<a class="button${index > 0 && ' second'}" href="${href}" rel="noreferrer">${text}</a>`,
)}
</div>`;
