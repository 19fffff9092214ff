import { readFileSync } from 'node:fs';
import pg from 'pg';
import { StorageUnavailable } from './storage-errors.ts';

/** How connections are protected: `require` asks for TLS from whomever, `verify` for a certificate that names the host. */
export type PostgresTls = {
  readonly mode: 'off' | 'require' | 'verify';
  /** A PEM file. The authorities that sign the database's certificate; those Node.js knows when absent. */
  readonly ca?: string | undefined;
  /** PEM files. What this server shows of itself. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
};

/** One of the hosts of a connection URL. */
export type PostgresAddress = Pick<pg.ClientConfig, 'connectionString' | 'ssl'> & {
  readonly host: string;
  readonly port: number;
};

/** Where a database is: hosts in the order they are tried in, of which the one that takes writes is used. */
export type PostgresAddresses = {
  /** How errors call it; without the password. */
  readonly name: string;
  readonly hosts: readonly [PostgresAddress, ...PostgresAddress[]];
  /** Whether a server that takes no writes is used all the same (`target_session_attrs=any`). */
  readonly takesAny: boolean;
};

/** What a session may be asked to be; all but `any` are a server that takes writes. */
const SESSIONS = ['read-write', 'primary', 'any'];

/** @throws StorageUnavailable when a file cannot be read */
function sslOf({ mode, ca, certificate, key }: PostgresTls): pg.ClientConfig['ssl'] {
  if (mode === 'off') return undefined;
  try {
    return {
      rejectUnauthorized: mode === 'verify',
      ...(ca !== undefined && { ca: readFileSync(ca) }),
      ...(certificate !== undefined && { cert: readFileSync(certificate) }),
      ...(key !== undefined && { key: readFileSync(key) }),
    };
  } catch (cause) {
    throw new StorageUnavailable(
      `the database is not asked: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
}

/** The URLs of each host of one that may name several, as libpq takes it: `postgres://user@a:5432,b:5432/name`. */
export function urlsOf(url: string): readonly string[] {
  const [, scheme = '', account = '', hosts = '', rest = ''] =
    /^(postgres(?:ql)?:\/\/)((?:[^@/?#]*@)?)([^/?#]*)(.*)$/s.exec(url) ?? [];
  return hosts.split(',').map((host) => `${scheme}${account}${host}${rest}`);
}

/** What a connection URL cannot say here; undefined when it can be used. */
export function unusableUrl(url: string): string | undefined {
  const urls = urlsOf(url);
  if (!urls.every((each) => URL.canParse(each))) return 'cannot be read as a URL';
  const asked = new URL(urls[0] ?? '').searchParams.get('target_session_attrs');
  if (asked !== null && !SESSIONS.includes(asked)) {
    return `must have a target_session_attrs of ${SESSIONS.join(', ')}: the server writes`;
  }
  return undefined;
}

/** @throws StorageUnavailable when the URL or a file cannot be read */
export function addressesOf(url: string, tls: PostgresTls): PostgresAddresses {
  const unusable = unusableUrl(url);
  if (unusable !== undefined) throw new StorageUnavailable(`the url of the database ${unusable}`);
  const ssl = sslOf(tls);
  try {
    let database: string | undefined;
    const [first, ...others] = urlsOf(url).map((connectionString): PostgresAddress => {
      const client = new pg.Client({ connectionString });
      database ??= client.database;
      return { connectionString, host: client.host, port: client.port, ssl };
    });
    if (!first) throw new Error('the url names no host');
    const hosts = [first, ...others] as const;
    const places = hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
    const takesAny = /[?&]target_session_attrs=any(&|$)/.test(url);
    return { name: `PostgreSQL database ${database} at ${places}`, hosts, takesAny };
  } catch (cause) {
    throw new StorageUnavailable('the url of the database cannot be read', { cause });
  }
}

/** Refuses a connection to a standby or to a server that is read-only. @throws Error */
export async function requireWritable(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query('show transaction_read_only');
  if (rows[0]?.transaction_read_only === 'on')
    throw new Error('the server takes no writes: it is a standby, or read-only');
}
