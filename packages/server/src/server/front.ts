import { createFrontage } from './frontage.ts';
import type { BegunHome, OpenHome } from './open-home.ts';
import { keepServerCertificate } from './server-certificate.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** A server that runs, as the command that started it knows it. */
export type ServedNode = RunningServer & {
  /** Why it cannot go on, where that comes about. */
  readonly failed?: Promise<Error>;
  /** Replaces its processes one after the other, where it has several. */
  roll?(): Promise<void>;
};

/** What answers at the ports of a node: this process, or its workers. */
export type Front = {
  /** Begins to listen before there is a database, and says so to whoever asks. @throws CannotListen */
  listen(): Promise<void>;
  /** Looks at deployment.toml and the stores it names at once, and takes up what changed. */
  reload(): Promise<void>;
  /** Ends what was begun, where it is not served. */
  close(): Promise<void>;
  /** Answers requests from here on. */
  serve(home: OpenHome): Promise<ServedNode>;
};

/** A node of one process. @throws InvalidDeployment, UnusableStore */
export async function createSingleProcess(begun: BegunHome): Promise<Front> {
  const frontage = await createFrontage(begun);
  await keepServerCertificate(begun, frontage.configuration);
  return {
    listen: frontage.listen,
    reload: frontage.reload,
    close: frontage.close,
    serve: (opened) => startServer(opened, frontage),
  };
}
