import { invalidRequest } from '../../refusal/error-codes.ts';
import type { Endpoint } from '../endpoint.ts';
import { isSentFromElsewhere } from '../page/form-token.ts';
import { LANGUAGE_NAMES } from '../page/language.ts';
import { LANGUAGE_COOKIE, LANGUAGE_PATH } from '../page/language-choice.ts';
import type { PageRoutes } from './page-routes.ts';

/**
 * An address on this server, without what could lead elsewhere; undefined for any other.
 * @param at path and query, as the page was reached
 */
function placeBelow(issuer: string, at: string): string | undefined {
  const { origin, pathname: base } = new URL(issuer);
  const url = at.startsWith('/') ? URL.parse(at, issuer) : null;
  if (url?.origin !== origin || !url.pathname.startsWith(`${base.replace(/\/$/, '')}/`)) return undefined;
  // With its dots gone a path may begin as the name of another host does: `/.//other.example`.
  return url.pathname.startsWith('//') ? undefined : `${url.pathname}${url.search}`;
}

/** Keeps the language that a person chooses and leads back to where they were. */
export function languageChoiceEndpoint({
  issuer,
  pageRoutes,
}: {
  readonly issuer: string;
  readonly pageRoutes: PageRoutes;
}): Endpoint {
  return {
    metadata: {},
    register(app) {
      pageRoutes(app, LANGUAGE_PATH, 'request.refused', {
        GET: async ({ http, reply, query }) => {
          const tag = query.require('tag');
          if (!LANGUAGE_NAMES.has(tag)) {
            throw invalidRequest('The pages are not in that language.', 'parameter_invalid', {
              parameter: 'tag',
              expected: [...LANGUAGE_NAMES.keys()],
              presented: tag,
            });
          }
          const at = query.require('at');
          const place = placeBelow(issuer, at);
          if (place === undefined) {
            throw invalidRequest(
              'The address to come back to is not one of this server.',
              'parameter_invalid',
              {
                parameter: 'at',
                expected: `a path below ${issuer}/`,
                presented: at,
              },
            );
          }
          // Another site that sends a person here has not asked them.
          if (!isSentFromElsewhere(http)) LANGUAGE_COOKIE.set(reply, tag);
          return reply.header('cache-control', 'no-store').redirect(place, 303);
        },
      });
    },
  };
}
