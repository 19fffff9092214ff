import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkOrigin } from '../../client-authentication/origin.ts';
import type { EventType } from '../../event/event-types.ts';
import { parseForm, type TokenForm } from '../../grant/token-form.ts';
import {
  asRefusal,
  queryOf,
  type RefusalContext,
  readFormBodies,
  recordRefusal,
  reportFault,
} from '../oauth-replies.ts';
import { type RefusalPages, shownRefusal } from './refusal-page.ts';

/** A request for a page, its parameters read. */
export type PageRequest = {
  readonly http: FastifyRequest;
  readonly reply: FastifyReply;
  readonly query: TokenForm;
  /** Empty for GET. */
  readonly form: TokenForm;
};

export type PageHandler = (request: PageRequest) => Promise<FastifyReply>;

type Routes = Pick<RefusalContext, 'events' | 'reportError'> & {
  readonly refusalPages: Pick<RefusalPages, 'answer'>;
};

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
  const { events, refusalPages } = routes;
  return (root, path, event, handlers) => {
    root.register(async (app) => {
      readFormBodies(app);
      app.setErrorHandler((error, http, reply) => {
        const refusal = asRefusal(error);
        const event_id = recordRefusal(refusal, http, event, { events });
        reportFault(error, refusal, event_id, routes);
        const isPage = handlers.GET !== undefined;
        return refusalPages.answer(reply, shownRefusal(refusal, http, event_id, isPage));
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
