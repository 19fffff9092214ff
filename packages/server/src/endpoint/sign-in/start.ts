import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '../endpoint.ts';
import type { MessageName } from '../page/catalogue/en.ts';
import { isNavigation } from '../page/form-answer.ts';
import { html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { Pages } from '../page/pages.ts';
import { type WayOn, waysOnButtons } from '../page/way-on.ts';

export type StartOptions = {
  readonly pages: Pages;
  /** Where the account page is, and the console where there is one. */
  readonly account: string;
  readonly console: string | undefined;
};

/**
 * `/`, and every address of which there is nothing: to people, where they can go from here. Other programs are answered as
 * before.
 */
export function startEndpoint({ pages, account, console }: StartOptions): Endpoint {
  const waysOn = (language: Language): readonly WayOn[] => [
    { href: account, text: language.text('on.account') },
    ...(console === undefined ? [] : [{ href: console, text: language.text('start.console') }]),
  ];

  const send = (
    http: FastifyRequest,
    reply: FastifyReply,
    status: number,
    title: MessageName,
    text: MessageName,
  ): FastifyReply => {
    const language = pages.language(http);
    return pages.send(reply, {
      status,
      language,
      title: language.text(title),
      body: html`<div class="card">
<h1>${language.text(title)}</h1>
<p>${language.text(text)}</p>
${waysOnButtons(waysOn(language))}
</div>`,
    });
  };

  /** Whoever opens an address in a browser, also one that says nothing of how it asks. */
  const isPerson = (http: FastifyRequest): boolean =>
    isNavigation(http) ||
    (http.headers['sec-fetch-mode'] === undefined && /\btext\/html\b/.test(http.headers.accept ?? ''));

  return {
    metadata: {},
    register(root) {
      root.get('/', async (http, reply) => send(http, reply, 200, 'start.title', 'start.text'));
      root.setNotFoundHandler((http, reply) => {
        if (isPerson(http)) return send(http, reply, 404, 'start.nothing', 'start.nothingtext');
        const message = `Route ${http.method}:${http.url.split('?')[0]} not found`;
        return reply.code(404).send({ message, error: 'Not Found', statusCode: 404 });
      });
    },
  };
}
