import type { FastifyRequest } from 'fastify';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { LANGUAGE_NAMES } from './language.ts';

/** Where a person chooses the language of the pages and the console. */
export const LANGUAGE_PATH = '/oauth2/language';

const YEAR_S = 31_536_000;

/** The language a person chose. The console reads it too: one choice holds for everything of this host. */
export const LANGUAGE_COOKIE = hostCookie('countersign-language', { maxAgeS: YEAR_S, readBy: 'scripts' });

/** Addresses that are longer are not carried along: what reads them has limits of its own. */
const LONGEST_ADDRESS = 2000;

/** A language that the page can be read in, and the address that shows it so. */
export type LanguageLink = { readonly tag: string; readonly name: string; readonly href: string };

/**
 * The other languages of a page. What answered a form has no address to come back to, and so has none.
 * @param path makes a path as browsers reach it
 * @param shown the language of the page
 */
export function languageLinks(
  { method, url, is404 }: FastifyRequest,
  path: (path: string) => string,
  shown: string,
): readonly LanguageLink[] {
  if (method !== 'GET' || url.length > LONGEST_ADDRESS) return [];
  // What somebody sent to where there is nothing is not said again.
  const at = is404 ? url.split('?', 1).join('') : url;
  return [...LANGUAGE_NAMES]
    .filter(([tag]) => tag !== shown)
    .map(([tag, name]) => ({
      tag,
      name,
      href: `${path(LANGUAGE_PATH)}?${new URLSearchParams({ tag, at: path(at) })}`,
    }));
}
