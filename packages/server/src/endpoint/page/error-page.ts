import type { FastifyReply } from 'fastify';
import { reference } from './form.ts';
import { html } from './html.ts';
import type { Pages } from './pages.ts';
import { type WaysOn, waysOnButtons } from './way-on.ts';

/** An error that a person sees because it must not be sent to a client. */
export type ErrorPage = {
  readonly status: number;
  /** What happened, and why, in English: what a person passes on to whoever runs the application. */
  readonly title: string;
  readonly description: string;
  /** The event that tells the operator more. */
  readonly event_id: string;
  /** The application to go back to, as the request names it. */
  readonly client_id: string | undefined;
};

export type SendErrorPage = (reply: FastifyReply, page: ErrorPage) => Promise<FastifyReply>;

/** Makes the sender of error pages. The heading is in the person's language, the cause in that of the RFCs. */
export function createErrorPage(pages: Pages, waysOn: WaysOn): SendErrorPage {
  return async (reply, { status, title, description, event_id, client_id }) => {
    const language = pages.language(reply.request);
    const ways = await waysOn(language, client_id);
    return pages.send(reply, {
      status,
      language,
      title: language.text('error.title'),
      body: html`<div class="card">
<h1>${language.text('error.title')}</h1>
<div lang="en">
<p>${title}</p>
<p class="quiet">${description}</p>
</div>
${waysOnButtons(ways)}
${reference(language, event_id)}
</div>`,
    });
  };
}
