import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkOrigin } from '../../client-authentication/origin.ts';
import { EVENT_ID_HEADER } from '../../event/event-id.ts';
import type { EventType } from '../../event/event-types.ts';
import { parseForm, type TokenForm } from '../../grant/token-form.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import { clientNamedBy } from '../authorize/pending-request.ts';
import { asRefusal, queryOf, type RefusalContext, readFormBodies, recordRefusal } from '../oauth-replies.ts';
import type { MessageName } from '../page/catalogue/en.ts';
import { reference } from '../page/form.ts';
import { html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { Pages } from '../page/pages.ts';
import { type WayOn, type WaysOn, waysOnButtons } from '../page/way-on.ts';
import { LOGOUT_PATH } from './page-paths.ts';

/** A request for a page, its parameters read. */
export type PageRequest = {
  readonly http: FastifyRequest;
  readonly reply: FastifyReply;
  readonly query: TokenForm;
  /** Empty for GET. */
  readonly form: TokenForm;
};

export type PageHandler = (request: PageRequest) => Promise<FastifyReply>;

type Words = { readonly heading: MessageName; readonly text?: MessageName };

/** Refusals that a person can do something about, in their own words. */
function wordsFor({ because, status }: Refusal): Words {
  if (because === 'pending_request_unknown') return { heading: 'error.over', text: 'error.overtext' };
  if (because === 'sign_in_link_over') return { heading: 'link.over', text: 'link.overtext' };
  if (because === 'sign_in_links_limited') return { heading: 'error.title', text: 'sign.limited' };
  if (because === 'form_out_of_date') return { heading: 'error.title', text: 'problem.form' };
  if (status >= 500) return { heading: 'error.title', text: 'error.internal' };
  return { heading: 'error.title' };
}

type Routes = Pick<RefusalContext, 'events' | 'reportError'> & {
  readonly pages: Pages;
  readonly waysOn: WaysOn;
};

/** Where a person goes on who was refused here. */
async function waysFrom(
  { because }: Refusal,
  http: FastifyRequest,
  language: Language,
  { pages, waysOn }: Routes,
  isPage: boolean,
): Promise<readonly WayOn[]> {
  const others = await waysOn(language, clientNamedBy(queryOf(http)));
  // Whoever came to leave can, though the application that sent them cannot be believed.
  if (because === 'sign_out_request_invalid')
    return [{ href: pages.path(LOGOUT_PATH), text: language.text('out.submit') }, ...others];
  if (because === 'form_out_of_date' && isPage)
    return [{ href: pages.path(http.url), text: language.text('on.again') }, ...others];
  return others;
}

/** @param isPage whether there is a page at this address, to open anew */
async function sendRefusal(
  reply: FastifyReply,
  routes: Routes,
  refusal: Refusal,
  { event_id, isPage }: { readonly event_id: string; readonly isPage: boolean },
): Promise<FastifyReply> {
  const { pages } = routes;
  const language = pages.language(reply.request);
  const { heading, text } = wordsFor(refusal);
  const ways = await waysFrom(refusal, reply.request, language, routes, isPage);
  return pages.send(reply.header(EVENT_ID_HEADER, event_id), {
    status: refusal.status,
    language,
    title: language.text(heading),
    body: html`<div class="card">
<h1>${language.text(heading)}</h1>
${text === undefined ? html`<p lang="en">${refusal.description}</p>` : html`<p>${language.text(text)}</p>`}
${waysOnButtons(ways)}
${reference(language, event_id)}
</div>`,
  });
}

/**
 * Registers pages at one path. Whatever a handler throws becomes an error page and one event.
 * @param event the type of the event of a refusal, e.g. `sign_in.refused`
 */
export type PageRoutes = (
  root: FastifyInstance,
  path: string,
  event: EventType,
  handlers: { readonly GET?: PageHandler; readonly POST?: PageHandler },
) => void;

export function createPageRoutes(routes: Routes): PageRoutes {
  const { events, reportError } = routes;
  return (root, path, event, handlers) => {
    root.register(async (app) => {
      readFormBodies(app);
      app.setErrorHandler((error, http, reply) => {
        const refusal = asRefusal(error);
        const event_id = recordRefusal(refusal, http, event, { events });
        if (refusal !== error) reportError(error, event_id);
        return sendRefusal(reply, routes, refusal, { event_id, isPage: handlers.GET !== undefined });
      });
      for (const [method, handle] of Object.entries(handlers)) {
        app.route({
          method,
          url: path,
          exposeHeadRoute: false,
          handler: (http, reply) => {
            // A form is somebody's doing; who that is must not be in doubt.
            if (method === 'POST') checkOrigin(http.origin);
            return handle({
              http,
              reply,
              query: parseForm(queryOf(http)),
              form: parseForm(typeof http.body === 'string' ? http.body : ''),
            });
          },
        });
      }
    });
  };
}
