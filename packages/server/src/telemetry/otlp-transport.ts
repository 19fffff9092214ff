import { readFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportResponse, IExporterTransport } from '@opentelemetry/otlp-exporter-base';
import type { ReceiverSettings } from './telemetry-settings.ts';

/** Those after which the same may be sent again (OTLP/HTTP, Failures). */
const RETRYABLE = [429, 502, 503, 504];
const FIRST_WAIT_MS = 500;
/** What is read of an answer: it says little more than that it was taken. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** The way to a receiver, which ends when it is told to. */
export type OtlpTransport = IExporterTransport & {
  /** Ends what is under way, and what waits to be sent again: nothing of it holds the process. */
  abort(): void;
};

async function post(
  url: URL,
  agent: http.Agent,
  headers: http.OutgoingHttpHeaders,
  body: Uint8Array,
  signal: AbortSignal,
) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'https:' ? https.request : http.request;
    send(url, { method: 'POST', agent, headers, signal })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer) {
    size += part.length;
    if (size > MOST_ANSWER_BYTES) throw new Error('the receiver answers with more than it has to say');
    parts.push(part);
  }
  return {
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers['retry-after'],
    data: Buffer.concat(parts),
  };
}

/** In milliseconds; where the receiver names a date, or nothing, our own. */
const waitOf = (retryAfter: string | undefined, own: number): number =>
  retryAfter !== undefined && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) * 1000 : own;

/**
 * Sends what one signal has to one path of the receiver, over connections that are kept. It is the operator's own machine:
 * the rules of `[outbound]` do not hold here.
 * @param path below the endpoint: `v1/traces`
 * @throws what reading the certificate files throws
 */
export function createOtlpTransport(
  settings: ReceiverSettings,
  path: string,
  userAgent: string,
): OtlpTransport {
  const { otlp_endpoint, otlp_headers, tls_ca_file, tls_certificate_file, tls_key_file } = settings;
  const url = new URL(`${otlp_endpoint.replace(/\/+$/, '')}/${path}`);
  const agent =
    url.protocol === 'https:'
      ? new https.Agent({
          keepAlive: true,
          maxSockets: 2,
          ...(tls_ca_file !== undefined && { ca: readFileSync(tls_ca_file) }),
          ...(tls_certificate_file !== undefined && { cert: readFileSync(tls_certificate_file) }),
          ...(tls_key_file !== undefined && { key: readFileSync(tls_key_file) }),
        })
      : new http.Agent({ keepAlive: true, maxSockets: 2 });
  const ending = new AbortController();
  return {
    async send(data, timeoutMillis): Promise<ExportResponse> {
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMillis)]);
      const headers = {
        ...otlp_headers,
        'user-agent': userAgent,
        'content-type': 'application/x-protobuf',
        'content-length': data.byteLength,
      };
      let failure = new Error(`no answer within ${timeoutMillis} ms`);
      for (let wait = FIRST_WAIT_MS; ; wait *= 2) {
        let pause = wait;
        try {
          const { status, retryAfter, data: answered } = await post(url, agent, headers, data, signal);
          if (status >= 200 && status <= 299) return { status: 'success', data: answered };
          failure = new Error(`the receiver answered ${status}`);
          if (!RETRYABLE.includes(status)) return { status: 'failure', error: failure };
          pause = waitOf(retryAfter, wait);
        } catch (error) {
          if (signal.aborted) return { status: 'failure', error: failure };
          if (error instanceof Error) failure = error;
        }
        try {
          await delay(pause, undefined, { signal });
        } catch {
          return { status: 'failure', error: failure };
        }
      }
    },
    shutdown: () => agent.destroy(),
    abort() {
      ending.abort();
      agent.destroy();
    },
  };
}
