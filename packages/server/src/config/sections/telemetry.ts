import { z } from 'zod';
import { otlpHeaders } from '../../telemetry/otlp-headers.ts';
import { key, section } from '../key-notes.ts';
import { isHost, isReceiverUrl, on, rule, seconds, text } from './values.ts';

const RECEIVER = 'an http or https URL without credentials and query';

/** One that is none may hold a password: it is not shown. */
const receiver = z.string().check(({ value, issues }) => {
  if (isReceiverUrl(value)) return;
  issues.push({
    ...rule,
    input: value,
    message: `must be ${RECEIVER}; the value that stands here is not shown`,
  });
});

const HEADERS = 'a list such as "api-key=abc,tenant=one%20two"';

/** As `OTEL_EXPORTER_OTLP_HEADERS` is written; by lower-case name afterwards. */
const headers = z.string().transform((value, context) => {
  const read = otlpHeaders(value);
  if (read) return read;
  context.issues.push({ code: 'custom', input: value, message: `not ${HEADERS}` });
  return z.NEVER;
});

const file = (description: string, example: string, otherwise: string) =>
  key(text.optional(), { expected: 'a file name', description, reload: 'restart', example, otherwise });

export const telemetry = section(
  "Traces and metrics for an OpenTelemetry receiver, over OTLP/HTTP (docs/telemetry.md). It is the operator's own address: the rules of [outbound] do not hold for it.",
  {
    otlp_endpoint: key(receiver.optional(), {
      expected: RECEIVER,
      description: 'The receiver; traces go to `/v1/traces` below it, metrics to `/v1/metrics`, as protobuf.',
      reload: 'restart',
      example: 'https://otel.internal.example:4318',
      otherwise: 'nothing is traced, and nothing sent',
    }),
    otlp_headers: key(headers.optional(), {
      expected: `${HEADERS}, as OTEL_EXPORTER_OTLP_HEADERS is written`,
      description: 'Headers of what is sent, with values percent-encoded; for instance the key of a service.',
      reload: 'restart',
      secret: true,
      example: 'api-key=abc',
      otherwise: 'none',
    }),
    traces: on('Whether requests are traced.', 'restart'),
    metrics: on('Whether the numbers of `/metrics` are sent.', 'restart'),
    sample_ratio: key(z.number().min(0).max(1).default(1), {
      expected: 'a number from 0 to 1',
      description:
        'The part of requests that is traced. Where a trusted proxy sends a trace along, its own choice holds.',
      reload: 'restart',
    }),
    metrics_interval: key(seconds(3600).schema.default(60), {
      expected: seconds(3600).expected,
      description: 'How often metrics are sent.',
      reload: 'restart',
    }),
    service_name: key(text.default('countersign'), {
      expected: 'a name',
      description: 'What the receiver knows this deployment by: `service.name`.',
      reload: 'restart',
    }),
    propagate_to: key(z.array(z.string().refine(isHost)).max(100).default([]), {
      expected: 'a list of host names and IP addresses',
      description:
        'Hosts that are sent `traceparent` with what is fetched from them, so that they can go on with the trace. Others learn of no trace.',
      reload: 'restart',
      example: ['jwks.internal.example'],
    }),
    tls_ca_file: file(
      'A PEM file, relative to repository/resources/security: the authorities of the receiver, in place of the public ones.',
      'otel-ca.pem',
      'the public authorities',
    ),
    tls_certificate_file: file(
      'A PEM file, relative to repository/resources/security: the certificate, with its chain, that is presented to the receiver.',
      'otel-client.pem',
      'none is presented',
    ),
    tls_key_file: file('Likewise, its key.', 'otel-client.key', 'none'),
  },
).check(({ value, issues }) => {
  const { tls_certificate_file, tls_key_file } = value;
  if ((tls_certificate_file === undefined) === (tls_key_file === undefined)) return;
  const [here, missing] =
    tls_key_file === undefined
      ? (['tls_certificate_file', 'tls_key_file'] as const)
      : (['tls_key_file', 'tls_certificate_file'] as const);
  issues.push({
    ...rule,
    input: value[here],
    path: [here],
    message: `needs telemetry.${missing} beside it`,
  });
});
