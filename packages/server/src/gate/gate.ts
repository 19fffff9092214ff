import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  createTokenVerifier,
  type Decision,
  type DecisionUnavailable,
  type Guard,
  guard,
  headerLines,
  type Observer,
  type TokenRefused,
  type TokenVerifier,
  verifierOfSeveral,
} from '@countersign/resource-server';
import { trustedAddresses } from '../transport/trusted-addresses.ts';
import type { GateConfiguration, GateRule } from './gate-configuration.ts';
import { DECISION_PATH, PROXY_WAYS } from './gate-proxy.ts';
import { plainPath, ruleFinder } from './gate-rules.ts';
import { DetailsTooLong, type IdentityHeaders, identityHeaders } from './identity-headers.ts';

/** Why a request was not let through, for the log; it holds no token. */
export type GateRefusal = {
  readonly id: string;
  readonly because: string;
  readonly method?: string;
  readonly path?: string;
  readonly expected?: unknown;
  readonly presented?: unknown;
  readonly status: number;
};

export type GateWatch = {
  readonly refused: (refusal: GateRefusal) => void;
  readonly decided: (decision: Decision) => void;
  readonly failed: (error: unknown) => void;
};

/** What a proxy is answered. */
type Answered = {
  readonly status: number;
  /** From several places; no name stands in two of them. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
  readonly body?: Readonly<Record<string, string>>;
};

const isTokenRefused = (refusal: TokenRefused | DecisionUnavailable): refusal is TokenRefused =>
  'because' in refusal;

function verifierOf(
  { issuers, require_binding, proxy: { base_urls } }: GateConfiguration,
  observer: Observer,
): TokenVerifier {
  const requireBinding = require_binding === 'any' || (require_binding !== 'none' && require_binding);
  const verifiers = issuers.map(
    ({ issuer, audience, jwks_uri, token_type, introspection, trusted_certificates, certificate, key }) => {
      const { client_id = '', client_secret, endpoint, tokens, cache, signed } = introspection ?? {};
      const credentials =
        certificate !== undefined && key !== undefined
          ? { certificate, key }
          : { clientSecret: client_secret ?? '' };
      return createTokenVerifier({
        issuer,
        audience,
        requireBinding,
        requiredTokenType: token_type,
        observer,
        ...(trusted_certificates !== undefined && { trustedCertificates: [trusted_certificates] }),
        ...(jwks_uri !== undefined && { jwksUri: jwks_uri }),
        ...(base_urls.length > 0 && { dpop: { baseUrls: base_urls } }),
        ...(introspection && {
          introspection: {
            clientId: client_id,
            ...credentials,
            ...(endpoint !== undefined && { endpoint }),
            ...(tokens && { tokens }),
            ...(cache !== undefined && { cacheSeconds: cache }),
            ...(signed && { signed }),
          },
        }),
      });
    },
  );
  const [first] = verifiers;
  if (first !== undefined && verifiers.length === 1) return first;
  const asking = verifiers.find((_, index) => issuers[index]?.introspection !== undefined);
  return verifierOfSeveral(verifiers, asking);
}

/** Whether a connection comes from one of some addresses; each is looked at once, since who is at its other end stays. */
function connectionsFrom(addresses: readonly string[]): (socket: Socket) => boolean {
  const trusted = trustedAddresses(addresses);
  const known = new WeakMap<Socket, boolean>();
  return (socket) => {
    const before = known.get(socket);
    if (before !== undefined) return before;
    const is = trusted.includes(socket.remoteAddress);
    known.set(socket, is);
    return is;
  };
}

/** The rule where the file has none: every request needs a token. */
const EVERY_REQUEST: GateRule = { path: '/', allow: 'token', scope: '' };

/**
 * Decides for a proxy which requests reach the API behind it. Whoever is not the proxy, whatever cannot be read in one way,
 * whatever no rule is for and every failure of its own is refused.
 */
export function createGate(configuration: GateConfiguration, watch: GateWatch): RequestListener {
  const { proxy, realm, resource_metadata, identity_header_prefix } = configuration;
  const rules = configuration.rule.length === 0 ? [EVERY_REQUEST] : configuration.rule;
  const ruleFor = ruleFinder(rules);
  const ways = PROXY_WAYS[proxy.kind];
  const { format, header } = {
    format: proxy.certificate_header ?? ways.certificate.format,
    header:
      proxy.header_name ?? (proxy.certificate_header === undefined ? ways.certificate.header : undefined),
  };
  const isOfProxy = connectionsFrom(proxy.addresses);
  const nobody = identityHeaders(identity_header_prefix)();

  /** What is asked about, and the event of its refusal once there is one. */
  type Asking = { readonly method: string; readonly path: string; event?: string };
  const verifier = verifierOf(configuration, { decided: watch.decided });
  const onRefused = (refusal: TokenRefused | DecisionUnavailable, asking: Asking) => {
    const { method, path } = asking;
    const id = randomUUID();
    asking.event = id;
    watch.refused(
      isTokenRefused(refusal)
        ? {
            id,
            method,
            path,
            because: refusal.because,
            expected: refusal.expected,
            presented: refusal.presented,
            status: refusal.status,
          }
        : { id, method, path, because: refusal.message, status: 503 },
    );
  };
  /** How a request that needs a token is judged, and how the API is told whose it is. */
  type Protection = { readonly protect: Guard<Asking>; readonly identity: IdentityHeaders };
  const protectionOf = (rule: GateRule): Protection => {
    const { authorization_details_type: type } = rule;
    const protect = guard<Asking>(verifier, {
      trustedProxies: [{ addresses: proxy.addresses, format, ...(header !== undefined && { header }) }],
      scope: rule.scope,
      onRefused,
      ...(type !== undefined && {
        authorizationDetails: (details) => details.some((each) => each.type === type),
      }),
      ...(rule.acr_values && { acrValues: rule.acr_values }),
      ...(rule.max_age !== undefined && { maxAge: rule.max_age }),
      ...(realm !== undefined && { realm }),
      ...(resource_metadata !== undefined && { resourceMetadata: resource_metadata }),
    });
    return { protect, identity: identityHeaders(identity_header_prefix, type) };
  };
  const protections = new Map<GateRule, Protection>(
    rules.filter(({ allow }) => allow === 'token').map((rule) => [rule, protectionOf(rule)]),
  );

  const refuse = (refusal: Omit<GateRefusal, 'id' | 'status'>, status: number): Answered => {
    const id = randomUUID();
    watch.refused({ ...refusal, id, status });
    return {
      status,
      headers: [{ 'countersign-event-id': id }],
      body: { error_description: 'The request is not let through.' },
    };
  };

  const decide = async (request: IncomingMessage): Promise<Answered> => {
    const asked = ways.asked(request);
    if (asked === undefined) {
      const expected = `a question of ${proxy.kind}, with the method and target of its request, once each`;
      return refuse({ because: 'question_malformed', expected, presented: request.url?.slice(0, 100) }, 403);
    }
    const { method, target } = asked;
    const path = plainPath(target);
    if (path === undefined) {
      return refuse({ because: 'path_ambiguous', method, path: target.slice(0, 200) }, 403);
    }
    const rule = ruleFor(method, path);
    if (rule === undefined) return refuse({ because: 'no_rule', method, path }, 403);
    const protection = protections.get(rule);
    if (protection === undefined) return { status: 200, headers: [nobody] };
    const asking: Asking = { method, path };
    const verdict = await protection.protect(
      {
        method,
        url: target,
        remoteAddress: request.socket.remoteAddress,
        header: (name) => headerLines(request, name),
        // The connection is the proxy's own.
        handshake: () => undefined,
      },
      asking,
    );
    if ('token' in verdict) {
      try {
        return { status: 200, headers: [verdict.headers, protection.identity(verdict.token)] };
      } catch (error) {
        if (!(error instanceof DetailsTooLong)) throw error;
        const { expected, presented } = error;
        return refuse({ because: 'details_too_long', method, path, expected, presented }, 403);
      }
    }
    const { status, headers, body } = verdict.answer;
    const { event } = asking;
    return {
      status,
      body,
      headers: event === undefined ? [headers] : [headers, { 'countersign-event-id': event }],
    };
  };

  const send = (response: ServerResponse, { status, headers = [], body }: Answered): void => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const head: string[] = body === undefined ? [] : ['content-type', 'application/json'];
    head.push('content-length', String(Buffer.byteLength(text)));
    for (const each of headers) for (const name in each) head.push(name, each[name] ?? '');
    response.writeHead(ways.status(status), head).end(text);
  };

  return (request, response) => {
    const url = request.url ?? '';
    if (url === '/health/live') return send(response, { status: 200, body: { status: 'alive' } });
    if (!isOfProxy(request.socket)) {
      const presented = request.socket.remoteAddress;
      return send(response, refuse({ because: 'not_the_proxy', expected: proxy.addresses, presented }, 403));
    }
    // Caddy leaves the query of the request behind the path of the question.
    if (!/^\/decision(?:[/?]|$)/.test(url)) {
      return send(
        response,
        refuse({ because: 'path_unknown', expected: DECISION_PATH, presented: url.slice(0, 200) }, 403),
      );
    }
    decide(request).then(
      (answered) => send(response, answered),
      (error: unknown) => {
        watch.failed(error);
        send(response, { status: 503, headers: [{ 'retry-after': '5' }] });
      },
    );
  };
}
