import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { limit, rule, text, wholeNumber } from './values.ts';

const file = (example: string, description: string, otherwise: string) =>
  key(text.optional(), {
    expected: 'a file name',
    description: `With tls: ${description}`,
    reload: 'restart',
    example,
    otherwise,
  });

/** Seconds that hold in the database's own bookkeeping. */
const ownLimit = (description: string, otherwise: string) =>
  key(wholeNumber(1, 300).optional(), {
    expected: 'a whole number of seconds from 1 to 300',
    description: `With postgres: ${description}`,
    reload: 'restart',
    example: 5,
    otherwise,
  });

export const identityDb = section('The database. One process can use SQLite; several share PostgreSQL.', {
  type: key(z.enum(['sqlite', 'postgres']).default('sqlite'), {
    expected: '"sqlite" or "postgres"',
    description: 'The kind of database.',
    reload: 'restart',
  }),
  url: key(text.optional(), {
    expected: 'a file name (sqlite) or a postgres:// URL (postgres)',
    description: 'For sqlite a file, relative to the home folder; for postgres a connection URL.',
    reload: 'restart',
    secret: true,
    example: 'postgres://countersign:$env{DATABASE_PASSWORD}@db.example.com/countersign',
    otherwise: 'repository/database/countersign.db',
  }),
  pool_size: limit(
    10,
    1,
    1_000,
    '',
    'With postgres: the most connections this node holds, divided over its workers; each process has one more, by which it hears of changes.',
  ),
  tls: key(z.enum(['off', 'require', 'verify']).default('off'), {
    expected: '"off", "require" or "verify"',
    description:
      'With postgres: whether connections are protected. "require" takes any certificate, "verify" one that names the host and comes from an authority that is trusted.',
    reload: 'restart',
  }),
  tls_ca_file: file(
    'ca.pem',
    "The authorities that sign the database's certificate, as PEM, relative to repository/resources/security.",
    'those that Node.js trusts',
  ),
  tls_certificate_file: file(
    'database-client.pem',
    'The certificate that the database is shown, as PEM, relative to repository/resources/security.',
    'none is shown',
  ),
  tls_key_file: file(
    'database-client.key',
    'The private key of that certificate, as PEM, relative to repository/resources/security.',
    'none is shown',
  ),
  deadline: limit(
    5,
    1,
    300,
    ' of seconds',
    'With postgres: how long a call may take. After it the caller is told that the database is away, the server ends what it was doing, and the connection is dropped.',
  ),
  statement_limit: ownLimit('How long the server lets one statement of a change run.', 'the deadline'),
  lock_limit: ownLimit(
    'How long the server lets one statement of a change wait for a lock; then the change is begun anew, until the deadline.',
    'a tenth of the deadline',
  ),
  unreachable_bound: limit(
    60,
    0,
    86_400,
    ' of seconds',
    'With postgres: how long this node goes on with what it remembers while the database does not answer, from the last question that was answered on. A node that is cut off alone cannot learn meanwhile that a client was disabled; 0 has it stop at once.',
  ),
  clock_bound: limit(
    30,
    1,
    3_600,
    ' of seconds',
    "With postgres: by how much this machine's clock may differ from the database's. The server reckons with the database's; one that differs by more is not ready, for what else stands on this machine has the wrong time.",
  ),
}).check((context) => {
  const { type, url, tls, ...given } = context.value;
  if (tls !== 'off' && /[?&]sslmode=/.test(url ?? '')) {
    context.issues.push({
      ...rule,
      input: tls,
      path: ['tls'],
      message: 'cannot be given together with an sslmode in the url',
    });
  }
  for (const name of ['tls_ca_file', 'tls_certificate_file', 'tls_key_file'] as const) {
    if (tls !== 'off' || given[name] === undefined) continue;
    context.issues.push({
      ...rule,
      input: given[name],
      path: [name],
      message: 'needs a tls of "require" or "verify"',
    });
  }
  if ((given.tls_certificate_file === undefined) !== (given.tls_key_file === undefined)) {
    const [here, missing] =
      given.tls_key_file === undefined
        ? (['tls_certificate_file', 'tls_key_file'] as const)
        : (['tls_key_file', 'tls_certificate_file'] as const);
    context.issues.push({
      ...rule,
      input: given[here],
      path: [here],
      message: `needs a ${missing} beside it`,
    });
  }
  if (type === 'postgres' && !/^postgres(ql)?:\/\//.test(url ?? '')) {
    context.issues.push({
      ...rule,
      input: url,
      path: ['url'],
      message: 'must be a URL beginning with postgres:// when database.identity_db.type is "postgres"',
    });
  }
  if (type === 'sqlite' && /^[a-z]+:\/\//.test(url ?? '')) {
    context.issues.push({
      ...rule,
      input: url,
      path: ['url'],
      message:
        'must be a file name when database.identity_db.type is "sqlite"; a server\'s URL needs type = "postgres"',
    });
  }
});
