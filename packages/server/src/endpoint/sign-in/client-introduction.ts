import type { PendingRequest } from '../authorize/pending-request.ts';
import { type Html, html, webLink } from '../page/html.ts';
import type { Language } from '../page/language.ts';

/** The logo of a client, from its own server; nothing where it names none that a browser may load. */
export function clientLogo({ logo_uri }: PendingRequest['client']): Html | undefined {
  const logo = webLink(logo_uri);
  return logo === undefined ? undefined : html`<img src="${logo}" alt="" referrerpolicy="no-referrer">`;
}

/** Where a client tells about itself: website, privacy policy, terms (OIDC Registration §2). */
export function clientLinks(
  { client_name, client_uri, policy_uri, tos_uri }: PendingRequest['client'],
  language: Language,
): Html | undefined {
  const links = [
    { href: webLink(client_uri), text: language.text('consent.site') },
    { href: webLink(policy_uri), text: language.text('consent.policy') },
    { href: webLink(tos_uri), text: language.text('consent.terms') },
  ].filter(({ href }) => href !== undefined);
  if (links.length === 0) return undefined;
  return html`<ul class="links" aria-label="${language.text('consent.more', { client: client_name })}">
${links.map(({ href, text }) => html`<li><a href="${href}" target="_blank" rel="noopener noreferrer">${text}</a></li>`)}
</ul>`;
}
