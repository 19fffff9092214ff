import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import {
  DAY,
  isHost,
  isHostname,
  isNameServer,
  isNetwork,
  isSyslogUrl,
  lifetime,
  limit,
  on,
  PORT,
  port,
  rule,
  text,
  wholeNumber,
} from './values.ts';

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
  name_servers: key(z.array(z.string().refine(isNameServer)).max(16).optional(), {
    expected: 'a list of IP addresses, with a port when it is not 53: "192.0.2.53", "[2001:db8::53]:5353"',
    description:
      'The DNS servers asked for the names of destinations. The hosts file counts before them in any case.',
    reload: 'live',
    example: ['192.0.2.53'],
    otherwise: 'those of the operating system',
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

export const health = section(
  'What probes ask, `/health/live` and `/health/ready`, on a listener of its own without TLS beside the HTTPS one: for those that have no certificate to show.',
  {
    bind: key(z.string().refine(isHost).default('127.0.0.1'), {
      expected: 'an IP address or a host name of this machine',
      description:
        'The address listened on; nothing is told there but whether the server can work. Write "0.0.0.0" where probes come from other machines.',
      reload: 'restart',
    }),
    port: key(port.optional(), {
      expected: PORT,
      description: 'The TCP port of the health listener.',
      reload: 'restart',
      example: 9764,
      otherwise: 'no listener of its own: probes ask the HTTPS listener',
    }),
  },
);

const kept = (fallback: number, description: string) =>
  key(wholeNumber(1, 1_000_000_000).default(fallback), {
    expected: 'a whole number from 1 to 1000000000',
    description,
    reload: 'live',
  });

const LONGEST_KEPT = 100 * 366 * DAY;

export const events = section(
  'How long events stay in the database: until they are older, or more of their class are newer. The audit log keeps its own.',
  {
    administrative_age: lifetime(
      365 * DAY,
      LONGEST_KEPT,
      'How long administrative and security events are kept, in seconds: changes, sign-ins, consents, revocations.',
    ),
    administrative_count: kept(
      1_000_000,
      'How many administrative events are kept, and how many security events.',
    ),
    traffic_age: lifetime(
      30 * DAY,
      LONGEST_KEPT,
      'How long events of traffic are kept, in seconds: tokens issued, requests refused. The exact counts of all events are kept as long.',
    ),
    traffic_count: kept(100_000, 'How many events of traffic are kept.'),
  },
);

export const logging = section('The log, on standard output or in a file, and the audit log.', {
  level: key(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'), {
    expected: '"trace", "debug", "info", "warn", "error", "fatal" or "silent"',
    description: 'The least important messages that are still written.',
    reload: 'live',
  }),
  format: key(z.enum(['json', 'pretty']).default('json'), {
    expected: '"json" or "pretty"',
    description:
      'One JSON object a line, or lines for reading; `countersign serve --log-format` wins over what stands here.',
    reload: 'restart',
  }),
  file: key(text.optional(), {
    expected: 'a file name',
    description:
      'A file that gets the log in place of standard output, relative to the home folder. SIGHUP has the server go on in a new file where logrotate moved this one away; the server removes none (docs/health.md).',
    reload: 'restart',
    example: '/var/log/countersign/countersign.log',
    otherwise: 'standard output',
  }),
  audit_log: key(z.enum(['file', 'stdout', 'off']).default('file'), {
    expected: '"file", "stdout" or "off"',
    description:
      'Where the audit log goes: into `audit_file`; onto standard output, each line with the member `audit`, for whoever collects it to keep whole (that of commands onto standard error, their output being their result); or nowhere. Only `file` needs a folder that can be written (docs/audit.md).',
    reload: 'restart',
  }),
  audit_file: key(text.default('repository/logs/audit.log'), {
    expected: 'a file name',
    description: 'The audit log, relative to the home folder.',
    reload: 'restart',
  }),
  audit_file_size: limit(
    100 * 1024 * 1024,
    0,
    1024 ** 4,
    ' of bytes',
    'How large the audit log grows before it is moved to `audit.log.1` and begun anew; 0 for never.',
  ),
  audit_files: limit(
    0,
    0,
    100_000,
    '',
    'How many such files are kept beside the present one; the server removes the others. 0 for all.',
  ),
  syslog: key(z.string().refine(isSyslogUrl).optional(), {
    expected: 'a URL such as udp://192.0.2.5:514, with an IP address',
    description:
      'A syslog server that gets each line of the audit log too, one datagram each (RFC 5424, RFC 5426).',
    reload: 'restart',
    example: 'udp://192.0.2.5:514',
    otherwise: 'no syslog',
  }),
  audit_unwritable: key(z.enum(['continue', 'refuse']).default('continue'), {
    expected: '"continue" or "refuse"',
    description:
      'What happens while the audit log cannot be written, for instance because its disk is full: go on and count what it lacks, or answer every request with 503.',
    reload: 'restart',
  }),
}).check((context) => {
  const { audit_log, audit_unwritable } = context.value;
  if (audit_log !== 'off' || audit_unwritable !== 'refuse') return;
  context.issues.push({
    ...rule,
    input: audit_unwritable,
    path: ['audit_unwritable'],
    message: 'refuses what is not in the audit log, and logging.audit_log = "off" has none',
  });
});
