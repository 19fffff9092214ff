import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EVENT_ID_HEADER } from '../../event/event-id.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { clientNamedBy } from '../authorize/pending-request.ts';
import type { Endpoint } from '../endpoint.ts';
import type { MessageName } from '../page/catalogue/en.ts';
import { reference } from '../page/form.ts';
import { isNavigation } from '../page/form-answer.ts';
import { isSentFromElsewhere } from '../page/form-token.ts';
import { html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { Pages } from '../page/pages.ts';
import { type WayOn, type WaysOn, waysOnButtons } from '../page/way-on.ts';
import { ACCOUNT_PATHS, LOGOUT_PATH, PROBLEM_PATH } from './page-paths.ts';

/** What a page tells of a refusal. */
const ShownRefusal = z.object({
  because: z.string(),
  status: z.int().min(400).max(599),
  description: z.string(),
  event_id: z.string(),
  /** Path and query of what was refused. */
  at: z.string().regex(/^\/(?!\/)/),
  /** Whether there is a page at this address, to open anew. */
  isPage: z.boolean(),
});
export type ShownRefusal = z.infer<typeof ShownRefusal>;

export const shownRefusal = (
  { because, status, description }: Refusal,
  { url }: FastifyRequest,
  event_id: string,
  isPage: boolean,
): ShownRefusal => ({ because, status, description, event_id, at: url, isPage });

/** Tells people that something was refused, and where they go on. */
export type RefusalPages = {
  /** A browser that sent a form is led to a page of its own, which it can come back to and load again. */
  answer(reply: FastifyReply, refused: ShownRefusal): Promise<FastifyReply>;
  /** That page, which shows the refusal for a minute. */
  readonly endpoint: Endpoint;
};

const COOKIE = hostCookie('countersign-refusal', { maxAgeS: 60 });
/** Browsers keep cookies of 4096 octets (RFC 6265 §6.1). */
const LONGEST_COOKIE = 3500;

type Words = { readonly heading: MessageName; readonly text?: MessageName };

/** Refusals that a person can do something about, in their own words. */
function wordsFor({ because, status }: ShownRefusal): Words {
  if (because === 'pending_request_unknown') return { heading: 'error.over', text: 'error.overtext' };
  if (because === 'sign_in_link_over') return { heading: 'link.over', text: 'link.overtext' };
  if (because === 'sign_in_links_limited') return { heading: 'error.title', text: 'sign.limited' };
  if (because === 'form_out_of_date') return { heading: 'error.title', text: 'problem.form' };
  if (status >= 500) return { heading: 'error.title', text: 'error.internal' };
  return { heading: 'error.title' };
}

function parsed(value: string | undefined): ShownRefusal | undefined {
  if (value === undefined) return undefined;
  try {
    return ShownRefusal.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

export function createRefusalPages(pages: Pages, waysOn: WaysOn): RefusalPages {
  /** Where a person goes on who was refused here. */
  const waysFrom = async (
    { because, at, isPage }: ShownRefusal,
    language: Language,
  ): Promise<readonly WayOn[]> => {
    const others = await waysOn(language, clientNamedBy(at.split('?')[1] ?? ''));
    // Whoever came to leave can, though the application that sent them cannot be believed.
    if (because === 'sign_out_request_invalid')
      return [{ href: pages.path(LOGOUT_PATH), text: language.text('out.submit') }, ...others];
    if (because === 'form_out_of_date' && isPage)
      return [{ href: pages.path(at), text: language.text('on.again') }, ...others];
    return others;
  };

  const send = async (reply: FastifyReply, refused: ShownRefusal): Promise<FastifyReply> => {
    const language = pages.language(reply.request);
    const { heading, text } = wordsFor(refused);
    const ways = await waysFrom(refused, language);
    return pages.send(reply.header(EVENT_ID_HEADER, refused.event_id), {
      status: refused.status,
      language,
      title: language.text(heading),
      body: html`<div class="card">
<h1>${language.text(heading)}</h1>
${text === undefined ? html`<p lang="en">${refused.description}</p>` : html`<p>${language.text(text)}</p>`}
${waysOnButtons(ways)}
${reference(language, refused.event_id)}
</div>`,
    });
  };

  return {
    async answer(reply, refused) {
      const { request } = reply;
      // One that comes from another site gets no cookie here.
      const isForm = request.method === 'POST' && isNavigation(request) && !isSentFromElsewhere(request);
      const value = Buffer.from(JSON.stringify(refused)).toString('base64url');
      if (!isForm || value.length > LONGEST_COOKIE) return send(reply, refused);
      COOKIE.set(reply, value);
      return reply
        .header(EVENT_ID_HEADER, refused.event_id)
        .header('cache-control', 'no-store')
        .redirect(pages.path(PROBLEM_PATH), 303);
    },
    endpoint: {
      metadata: {},
      register(root) {
        root.get(PROBLEM_PATH, async (http, reply) => {
          const refused = parsed(COOKIE.read(http.headers.cookie));
          if (refused) return send(reply, refused);
          return reply.header('cache-control', 'no-store').redirect(pages.path(ACCOUNT_PATHS.overview), 303);
        });
      },
    },
  };
}
