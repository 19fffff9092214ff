import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { EVENT_ID_HEADER } from '../event/event-id.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import type { Cause } from '../refusal/causes.ts';
import { AnsweredRefusal } from '../refusal/refusal.ts';
import { createLingeringClose } from './lingering-close.ts';
import { codeOf, handshakeEvidence, isOfTls } from './refused-handshake.ts';

/** Why a request was refused before any of its routes saw it, and what the caller gets to know. */
type RefusedRequest = {
  readonly status: keyof typeof STATUS;
  readonly because: Cause;
  readonly description: string;
  readonly evidence: Readonly<Record<string, unknown>>;
};

export type RefusedRequestOptions = {
  readonly events: Pick<EventRecorder, 'recordSampled'>;
  /** The client's address, as far as it is known. */
  readonly addressOf: (socket: Duplex) => string | undefined;
  /** Bytes that came on a connection; one that sent none refused nothing. */
  readonly bytesFrom: (socket: Duplex) => number;
};

const STATUS = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
} as const;

const MALFORMED = {
  status: 400,
  because: 'malformed_request',
  description: 'The request is malformed.',
} as const;

/**
 * What nginx writes for `$ssl_client_cert` and `$ssl_client_raw_cert`: PEM with its line ends, which no header may
 * have (RFC 9112 §5.2).
 */
const FOLDED_CERTIFICATE =
  /(?:^|\n)([A-Za-z0-9_-]{1,64}):[ \t]*-----BEGIN [A-Z ]{0,20}CERTIFICATE-----[ \t]*\r?\n/;

/** The error's own words, without what the request said. */
function ofParser(error: Error): RefusedRequest {
  const code = codeOf(error);
  const evidence = { error: code, why: error.message.replace(/^Parse Error: /, '') };
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        because: 'request_too_large',
        description: 'The request line and headers are too large.',
        evidence: { ...evidence, expected: 'no more than [transport.https] max_header_size' },
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return {
        status: 413,
        because: 'request_too_large',
        description: 'The chunk extensions are too large.',
        evidence,
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        because: 'request_timeout',
        description: 'The request took too long.',
        evidence: { ...evidence, expected: 'a whole request within [transport.https] request_timeout' },
      };
    case 'HPE_INVALID_EOF_STATE':
      return { ...MALFORMED, because: 'request_unfinished', evidence };
    default: {
      const packet: unknown = Reflect.get(error, 'rawPacket');
      const header = Buffer.isBuffer(packet)
        ? FOLDED_CERTIFICATE.exec(packet.toString('latin1'))?.[1]
        : undefined;
      if (header === undefined) return { ...MALFORMED, evidence };
      return { ...MALFORMED, because: 'certificate_header_folded', evidence: { ...evidence, header } };
    }
  }
}

type Answer = {
  readonly status: keyof typeof STATUS;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
};

function answerOf({ status, description }: RefusedRequest, event_id: string | undefined): Answer {
  const body = JSON.stringify({ error: 'invalid_request', error_description: description });
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
      ...(status === 405 && { allow: 'GET, POST' }),
      ...(event_id !== undefined && { [EVENT_ID_HEADER]: event_id }),
    },
    body,
  };
}

function asText({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS[status]}`, ...lines, '', body].join('\r\n');
}

/**
 * Makes an event of every request that HTTP itself refuses: one that cannot be parsed, is too large or too slow, says no
 * host, expects what nobody offers, or wants a tunnel. The caller gets the event's id, while the budget of such events
 * lasts, and nothing of what it sent.
 * @returns the handler the server is made with, around `handler`
 */
export function refuseUnreadRequests(options: RefusedRequestOptions): {
  around(handler: RequestListener): RequestListener;
  /** To be called once with the server, whose `requireHostHeader` is off. */
  on(server: Server): void;
} {
  const { events, addressOf, bytesFrom } = options;
  /** The request a connection is at, and its answer. */
  const underWay = new WeakMap<
    Duplex,
    { readonly request: IncomingMessage; readonly response: ServerResponse }
  >();
  const refused = new WeakSet<Duplex>();
  const lingering = createLingeringClose(bytesFrom);

  const record = (socket: Duplex, { because, evidence, status }: RefusedRequest): string | undefined => {
    const remote_address = addressOf(socket);
    const told = () => ({
      ...(remote_address !== undefined && { remote_address }),
      evidence: { ...evidence, status },
    });
    return events.recordSampled('request.refused', 'refused', told, { because });
  };

  const refuse = (request: IncomingMessage, response: ServerResponse, refusal: RefusedRequest) => {
    const { status, headers, body } = answerOf(refusal, record(request.socket, refusal));
    response.writeHead(status, headers).end(body);
  };

  /** Unless an answer has begun, in the middle of which a second one would be read as its body. */
  const mayAnswer = (socket: Duplex): boolean => {
    const response = underWay.get(socket)?.response;
    return socket.writable && (response === undefined || response.writableFinished || !response.headersSent);
  };

  const refuseOn = (socket: Duplex, refusal: RefusedRequest) => {
    const event_id = record(socket, refusal);
    const text = asText(answerOf(refusal, event_id));
    const request = underWay.get(socket)?.request;
    const end = () => {
      // Whoever reads its body hears why there is no more of it.
      if (request?.complete === false) request.destroy(new AnsweredRefusal(refusal.because, event_id));
      socket.destroy();
    };
    if (!mayAnswer(socket)) end();
    else if (request?.complete === false) socket.end(text, end);
    else lingering.answer(socket, text);
  };

  const onClientError = (error: Error, socket: Duplex) => {
    const isOfHttp = /^(?:HPE_|ERR_HTTP_)/.test(codeOf(error));
    const current = underWay.get(socket);
    // An answer may go out before the body is whole, and then nobody waits for the rest.
    const answered = current?.response.writableEnded === true && !current.request.complete;
    // Whoever goes away refuses nothing and is refused nothing: most are spare connections of browsers.
    const nothing = bytesFrom(socket) === 0 || !(isOfHttp || isOfTls(error));
    if (refused.has(socket)) {
      lingering.receive(socket);
      return;
    }
    if (answered || nothing) {
      socket.destroy();
      return;
    }
    refused.add(socket);
    if (isOfHttp) {
      refuseOn(socket, ofParser(error));
      return;
    }
    const remote_address = addressOf(socket);
    const told = () => ({
      ...(remote_address !== undefined && { remote_address }),
      evidence: handshakeEvidence(error),
    });
    events.recordSampled('connection.refused', 'refused', told, { because: 'tls_failed' });
    socket.destroy();
  };

  return {
    around: (handler) => (request, response) => {
      const { socket } = request;
      // The collector would keep it for long: values of a `WeakMap` are no young garbage (docs/performance.md).
      if (!underWay.has(socket)) socket.once('close', () => underWay.delete(socket));
      underWay.set(socket, { request, response });
      if (request.headers.host === undefined && request.httpVersion === '1.1') {
        refuse(request, response, { ...MALFORMED, evidence: { expected: 'a Host header (RFC 9112 §3.2)' } });
      } else handler(request, response);
    },
    on(server) {
      const onExpectation = (request: IncomingMessage, response: ServerResponse) =>
        refuse(request, response, {
          status: 417,
          because: 'malformed_request',
          description: 'The expectation cannot be met.',
          evidence: { expected: 'Expect: 100-continue, or no such header' },
        });
      const onConnect = (_request: IncomingMessage, socket: Duplex) =>
        refuseOn(socket, {
          status: 405,
          because: 'method_not_allowed',
          description: 'This server is no proxy.',
          evidence: { presented: 'CONNECT' },
        });
      const here = <Given extends readonly unknown[]>(work: (...given: Given) => unknown) =>
        guarded('refusing a request', events, work);
      server.on('clientError', here(onClientError));
      server.on('checkExpectation', here(onExpectation));
      server.on('connect', here(onConnect));
    },
  };
}
