import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '../endpoint.ts';
import { type Branding, brandingRules, readLogo } from './branding.ts';
import { contentSecurityPolicy, type PagePolicy } from './content-security-policy.ts';
import { type Html, html } from './html.ts';
import { chooseLanguage, type Language } from './language.ts';

/** One page of this server. */
export type Page = {
  readonly title: string;
  readonly body: Html;
  readonly language: Language;
  readonly status?: number;
  readonly policy?: PagePolicy;
  /** The account page needs room; the others are a narrow column. */
  readonly width?: 'wide';
  /** Where the browser goes by itself, at once. */
  readonly refresh?: string;
};

/** What every page shares: the look, the language, the headers. */
export type Pages = {
  /** The language for a request. @param ui_locales see {@link chooseLanguage} */
  language(request: FastifyRequest, ui_locales?: string): Language;
  /** The path of something on this server as a browser reaches it. @param path begins with a slash */
  path(path: string): string;
  send(reply: FastifyReply, page: Page): FastifyReply;
  /**
   * Sends the browser on after a form. Browsers judge the way of a form by `form-action` even where an application
   * redirects further on its own, so for them the form ends at a page that goes on by itself; other programs get
   * the redirect alone.
   */
  goOn(reply: FastifyReply, url: string): FastifyReply;
  /** Stylesheet, script and logo. */
  readonly assets: Endpoint;
};

const ASSETS = '/oauth2/pages';
const asset = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');

const versionOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 10);

/** A seal with a second stroke through it: the built-in logo. */
const MARK = html`<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path fill="currentColor" d="M16 1.5 27.5 6v9.2c0 7-4.7 12.4-11.5 15.3C9.2 27.6 4.5 22.2 4.5 15.2V6z"/><path fill="none" stroke="var(--on-primary)" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" d="m9.8 15.6 4 4 8.4-8.6"/></svg>`;

/** Headers of everything a browser shows: nothing is framed, guessed, kept or told on. */
const HEADERS = {
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  pragma: 'no-cache',
} as const;

/**
 * @param issuer its path, if any, is what a proxy takes off before a request arrives here
 * @param branding asked for every page, so that a reload counts at once
 */
export function createPages(issuer: string, branding: () => Branding): Pages {
  const base = new URL(issuer).pathname.replace(/\/$/, '');
  const style = asset('style.css');
  const script = asset('passkey.js');
  const path = (rest: string) => `${base}${rest}`;
  const stylesheet = () => brandingRules(branding()) + style;

  const shell = ({ title, body, language, policy, width, refresh }: Page): Html => {
    const { name, logo_file } = branding();
    const styleUrl = path(`${ASSETS}/style.css?v=${versionOf(stylesheet())}`);
    return html`<!doctype html>
<html lang="${language.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh !== undefined && html`<meta http-equiv="refresh" content="0;url=${refresh}">`}
<title>${title} – ${name}</title>
<link rel="stylesheet" href="${styleUrl}">
${policy?.script && html`<script src="${path(`${ASSETS}/passkey.js?v=${versionOf(script)}`)}" defer></script>`}
</head>
<body>
<div class="page${width && ' wide'}">
<header class="brand">${
      logo_file === undefined ? MARK : html`<img src="${path(`${ASSETS}/logo`)}" alt="">`
    }<span>${name}</span></header>
<main>
${body}
</main>
</div>
</body>
</html>
`;
  };

  const language = (request: FastifyRequest, ui_locales?: string) =>
    chooseLanguage(ui_locales, request.headers['accept-language']);

  const send = (reply: FastifyReply, page: Page): FastifyReply =>
    reply
      .code(page.status ?? 200)
      .headers(HEADERS)
      .header('content-security-policy', contentSecurityPolicy(page.policy ?? {}))
      .type('text/html; charset=utf-8')
      .send(shell(page).toString());

  return {
    path,
    language,
    send,
    goOn(reply, url) {
      if (reply.request.headers['sec-fetch-mode'] !== 'navigate') {
        return reply.headers(HEADERS).redirect(url, 303);
      }
      const words = language(reply.request);
      return send(reply, {
        language: words,
        title: words.text('on.title'),
        refresh: url,
        body: html`<div class="card"><h1>${words.text('on.title')}</h1><p><a href="${url}">${words.text('on.link')}</a></p></div>`,
      });
    },
    assets: {
      metadata: {},
      register(app) {
        const cached = { 'cache-control': 'public, max-age=3600', 'x-content-type-options': 'nosniff' };
        app.get(`${ASSETS}/style.css`, async (_request, reply) =>
          reply.headers(cached).type('text/css; charset=utf-8').send(stylesheet()),
        );
        app.get(`${ASSETS}/passkey.js`, async (_request, reply) =>
          reply.headers(cached).type('text/javascript; charset=utf-8').send(script),
        );
        app.get(`${ASSETS}/logo`, async (_request, reply) => {
          const logo = await readLogo(branding());
          if (!logo) return reply.code(404).type('text/plain').send('no logo');
          return reply
            .headers({ ...cached, 'cache-control': 'public, max-age=60' })
            .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
            .type(logo.type)
            .send(logo.body);
        });
      },
    },
  };
}
