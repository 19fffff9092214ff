// For `node --test --test-global-setup`: one PostgreSQL server for all suites of a run, each in a database of its own.
import { SERVER_VARIABLE, startPostgresServer, type TestPostgres, whyNoPostgres } from './postgres.ts';

let server: TestPostgres | undefined;

/** Starts the server, unless there is one or none can be started here; suites find it by the environment. */
export async function globalSetup(): Promise<void> {
  if (process.env[SERVER_VARIABLE] || whyNoPostgres()) return;
  server = await startPostgresServer();
  process.env[SERVER_VARIABLE] = server.url;
}

/** Ends it when all suites have ended. */
export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
