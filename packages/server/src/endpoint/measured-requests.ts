import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics, Outcome } from '../event/metrics.ts';
import { type EndpointName, endpointName } from './endpoint-name.ts';

const SECOND = 1000;

/** What a request came to. A refusal may be a redirect that tells the application of it, or a page. */
function outcomeOf({ refused_because }: FastifyRequest, { statusCode }: FastifyReply): Outcome {
  if (statusCode >= 500) return 'failure';
  return statusCode >= 400 || refused_because !== undefined ? 'refused' : 'success';
}

/**
 * Has the duration of every request that is answered measured, those to no route as `other`. To be called before a route
 * is added to `app`: what a request is counted under is found out once a route.
 */
export function measureRequests(
  app: FastifyInstance,
  { requestDuration }: Pick<Metrics, 'requestDuration'>,
): void {
  const observing = (endpoint: EndpointName) => {
    const series = {
      success: requestDuration.of({ endpoint, outcome: 'success' }),
      refused: requestDuration.of({ endpoint, outcome: 'refused' }),
      failure: requestDuration.of({ endpoint, outcome: 'failure' }),
    };
    return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
      series[outcomeOf(request, reply)].observe(reply.elapsedTime / SECOND);
      done();
    };
  };
  const observeOther = observing('other');
  app.addHook('onResponse', (request, reply, done) => {
    if (request.is404) observeOther(request, reply, done);
    else done();
  });
  app.addHook('onRoute', (route) => {
    route.onResponse = [...[route.onResponse ?? []].flat(), observing(endpointName(route.url))];
  });
}
