import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '../endpoint.ts';
import type { Branding } from './branding.ts';
import { contentSecurityPolicy, type PagePolicy } from './content-security-policy.ts';
import { type Html, html } from './html.ts';
import { chooseLanguage, type Language } from './language.ts';
import { LANGUAGE_COOKIE, languageLinks } from './language-choice.ts';
import { createPageAssets } from './page-assets.ts';
import { pageShell } from './page-shell.ts';

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
  const path = (rest: string) => `${base}${rest}`;
  const { endpoint: assets, styleUrl, scriptUrl, logoUrl } = createPageAssets(path, branding);

  const shell = ({ title, body, language, policy, width, refresh }: Page, request: FastifyRequest): Html => {
    const { name, logo_file } = branding();
    return pageShell({
      title,
      body,
      language,
      width,
      refresh,
      name,
      languages: refresh === undefined ? languageLinks(request, path, language.tag) : [],
      styleUrl: styleUrl(),
      scriptUrl: policy?.script && scriptUrl(policy.script),
      logoUrl: logo_file === undefined ? undefined : logoUrl,
    });
  };

  const language = (request: FastifyRequest, ui_locales?: string) =>
    chooseLanguage({
      chosen: LANGUAGE_COOKIE.read(request.headers.cookie),
      ui_locales,
      accept: request.headers['accept-language'],
    });

  const send = (reply: FastifyReply, page: Page): FastifyReply =>
    reply
      .code(page.status ?? 200)
      .headers(HEADERS)
      .header('content-security-policy', contentSecurityPolicy(page.policy ?? {}))
      .type('text/html; charset=utf-8')
      .send(shell(page, reply.request).toString());

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
    assets,
  };
}
