import { type Html, html } from './html.ts';

const SEAL = html`<svg class="seal" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
<rect x="1" y="1" width="30" height="30" rx="9" fill="currentColor"/>
<circle cx="12.5" cy="16" r="4.5" fill="none" stroke="var(--seal-ink)" stroke-width="2.4"/>
<path d="M17 16h9m-3.2 0v4.2" fill="none" stroke="var(--seal-ink)" stroke-width="2.4" stroke-linecap="round"/>
</svg>`;

/** A whole page: what every one of them has around its own. */
export function layout(page: {
  readonly base: string;
  readonly title: string;
  /** Beside the name of the application. */
  readonly aside?: Html;
  readonly body: Html;
}): string {
  const { base, title, aside, body } = page;
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${base}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<div class="wide">
<a class="brand" href="${base}">${SEAL}<span>playground2</span></a>
${aside}
</div>
</header>
<main id="content" class="wide">
${body}
</main>
<footer class="wide">
<p>A sample application of Countersign, on the unmodified client library openid-client.</p>
</footer>
</body>
</html>`}\n`;
}

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="1" y="1" width="30" height="30" rx="9" ' +
  'fill="#0b6b63"/><circle cx="12.5" cy="16" r="4.5" fill="none" stroke="#fff" stroke-width="2.4"/><path d="M17 ' +
  '16h9m-3.2 0v4.2" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>';
