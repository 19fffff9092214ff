import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import type { LanguageLink } from './language-choice.ts';

/** What stands around the body of every page. */
export type PageShell = {
  readonly title: string;
  readonly body: Html;
  readonly language: Language;
  readonly width: 'wide' | undefined;
  /** Where the browser goes by itself, at once. */
  readonly refresh: string | undefined;
  /** What the deployment calls itself. */
  readonly name: string;
  /** The other languages it can be read in. */
  readonly languages: readonly LanguageLink[];
  readonly styleUrl: string;
  /** Absent where the page needs no script. */
  readonly scriptUrl: string | undefined;
  /** The built-in logo where absent. */
  readonly logoUrl: string | undefined;
};

/** A seal with a second stroke through it: the built-in logo. */
const MARK = html`<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path fill="currentColor" d="M16 1.5 27.5 6v9.2c0 7-4.7 12.4-11.5 15.3C9.2 27.6 4.5 22.2 4.5 15.2V6z"/><path fill="none" stroke="var(--on-primary)" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" d="m9.8 15.6 4 4 8.4-8.6"/></svg>`;

/** A whole document. */
export function pageShell(page: PageShell): Html {
  const { title, body, language, width, refresh, name, languages, styleUrl, scriptUrl, logoUrl } = page;
  return html`<!doctype html>
<html lang="${language.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh !== undefined && html`<meta http-equiv="refresh" content="0;url=${refresh}">`}
<title>${title} – ${name}</title>
<link rel="stylesheet" href="${styleUrl}">
${scriptUrl !== undefined && html`<script src="${scriptUrl}" defer></script>`}
</head>
<body>
<div class="page${width && ' wide'}">
<header class="brand">${
    logoUrl === undefined ? MARK : html`<img src="${logoUrl}" alt="">`
  }<span>${name}</span></header>
<main>
${body}
</main>
${
  languages.length > 0 &&
  html`<footer><nav aria-label="${language.text('languages')}"><ul class="languages">${languages.map(
    ({ tag, name: own, href }) => html`<li><a href="${href}" lang="${tag}" hreflang="${tag}">${own}</a></li>`,
  )}</ul></nav></footer>`
}
</div>
</body>
</html>
`;
}
