import type { FastifyReply } from 'fastify';
import { reference } from './form.ts';
import { html } from './html.ts';
import type { Pages } from './pages.ts';

/** An error that a person sees because it must not be sent to a client. */
export type ErrorPage = {
  readonly status: number;
  /** What happened, and why, in English: what a person passes on to whoever runs the application. */
  readonly title: string;
  readonly description: string;
  /** The event that tells the operator more. */
  readonly event_id: string;
};

export type SendErrorPage = (reply: FastifyReply, page: ErrorPage) => FastifyReply;

/** Makes the sender of error pages. The heading is in the person's language, the cause in that of the RFCs. */
export function createErrorPage(pages: Pages): SendErrorPage {
  return (reply, { status, title, description, event_id }) => {
    const language = pages.language(reply.request);
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
${reference(language, event_id)}
</div>`,
    });
  };
}
