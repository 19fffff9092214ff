import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { DAY, isHost, isHostname, isNetwork, lifetime, on, PORT, port, text } from './values.ts';

export const outbound = section('What the server fetches: JWKS documents, CRLs, OCSP answers.', {
  allowed_addresses: key(
    z
      .array(z.string().refine((value) => isNetwork(value) || isHostname(value)))
      .max(1000)
      .default([]),
    {
      expected: 'a list of IP addresses, CIDR networks and host names',
      description:
        'Private, loopback and link-local destinations that may be fetched from all the same; public ones need no entry.',
      reload: 'live',
      example: ['10.1.0.0/16', 'jwks.internal.example'],
    },
  ),
  trusted_certificates_file: key(text.optional(), {
    expected: 'a file name',
    description:
      'A PEM file, relative to repository/resources/security: authorities of https destinations that are trusted beside the public ones.',
    reload: 'live',
    example: 'internal-ca.pem',
    otherwise: 'the public authorities alone',
  }),
});

export const consoleSection = section('The management console at `/console`.', {
  enable: on('Whether the console is served.', 'restart'),
  session_lifetime: lifetime(8 * 3600, 30 * DAY, 'How long a console session lasts, in seconds.'),
});

export const metrics = section('Prometheus metrics at `/metrics`, on a listener of their own without TLS.', {
  enable: on('Whether metrics are served.', 'restart'),
  bind: key(z.string().refine(isHost).default('127.0.0.1'), {
    expected: 'an IP address or a host name of this machine',
    description: 'The address listened on; there is no authentication, so keep it private.',
    reload: 'restart',
  }),
  port: key(port.default(9763), {
    expected: PORT,
    description: 'The TCP port of the metrics listener.',
    reload: 'restart',
  }),
});

export const logging = section('The log on standard output and the audit log.', {
  level: key(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'), {
    expected: '"trace", "debug", "info", "warn", "error", "fatal" or "silent"',
    description: 'The least important messages that are still written.',
    reload: 'live',
  }),
  format: key(z.enum(['json', 'pretty']).default('json'), {
    expected: '"json" or "pretty"',
    description: 'One JSON object a line, or lines for reading.',
    reload: 'restart',
  }),
  audit_file: key(text.default('repository/logs/audit.log'), {
    expected: 'a file name',
    description: 'The audit log, relative to the home folder.',
    reload: 'restart',
  }),
});
