import pg from 'pg';

/** Milliseconds: how long connecting and one sign of life may take, how often one is asked for, and waits between attempts. */
const TIMEOUT = 5_000;
const HEARTBEAT = 5_000;
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5_000;

/** The version of the registry as this process knows it; see `Storage.registryVersion`. */
export type Registry = {
  /** Grows with every change heard of; with every call while changes cannot be heard. */
  version(): number;
  /** Tells of a change this process made. */
  changed(): void;
  close(): Promise<void>;
};

/**
 * Listens, on a connection of its own, for the notifications that triggers send when a registry table changes.
 * The url must lead to PostgreSQL itself or to a pooler in session mode: others lose LISTEN without a sign.
 * A lost connection is replaced with backoff, and counts as a change, because some may have gone unheard.
 */
export async function listenToRegistry(url: string): Promise<Registry> {
  let version = 1;
  let listening: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retry = FIRST_RETRY;
  let closed = false;

  const later = (work: () => Promise<void>, delay: number) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void work(), delay).unref();
  };

  function lose(client: pg.Client): void {
    if (client === listening) {
      listening = undefined;
      version++;
      later(connect, FIRST_RETRY);
    }
    client.end().catch(() => {});
  }

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'countersign registry',
      connectionTimeoutMillis: TIMEOUT,
      query_timeout: TIMEOUT,
      keepAlive: true,
    });
    client.on('notification', () => version++);
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    try {
      await client.connect();
      await client.query('listen countersign_registry');
    } catch {
      client.end().catch(() => {});
      later(connect, retry * (0.5 + Math.random() / 2));
      retry = Math.min(retry * 2, LONGEST_RETRY);
      return;
    }
    if (closed) {
      await client.end();
      return;
    }
    listening = client;
    version++;
    retry = FIRST_RETRY;
    later(() => heartbeat(client), HEARTBEAT);
  }

  /** A peer that vanished without a word is noticed only by asking. */
  async function heartbeat(client: pg.Client): Promise<void> {
    try {
      await client.query('select 1');
      if (client === listening) later(() => heartbeat(client), HEARTBEAT);
    } catch {
      lose(client);
    }
  }

  await connect();
  return {
    version: () => (listening ? version : ++version),
    changed() {
      version++;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const client = listening;
      listening = undefined;
      await client?.end();
    },
  };
}
