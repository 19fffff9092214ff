import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { rule, text } from './values.ts';

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
}).check((context) => {
  const { type, url } = context.value;
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
