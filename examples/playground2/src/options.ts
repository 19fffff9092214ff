import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Thrown when the playground is called wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type PlaygroundOptions = {
  /** The home folder of the Countersign beside it; absolute. */
  readonly home: string;
  /** The authorization server; what the home's `deployment.toml` says when absent. */
  readonly issuer: string | undefined;
  /** Where the application listens; 0 is any free port. */
  readonly port: number;
  /** Where the protected API listens; 0 is any free port. */
  readonly apiPort: number;
};

export const USAGE = `Usage: npm run playground -- [options]

  --home <folder>    the home folder of Countersign (COUNTERSIGN_HOME, or ./countersign-home)
  --issuer <url>     the authorization server; what the home says otherwise
  --port <port>      where the application listens (8080)
  --api-port <port>  where the protected API listens (8444)
  --help             show this`;

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--${name} takes a port, not ${JSON.stringify(text)}`);
}

/** Reads the command line; `undefined` when help was asked for. @throws UsageError */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): PlaygroundOptions | undefined {
  const { COUNTERSIGN_HOME = 'countersign-home' } = env;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        home: { type: 'string', default: COUNTERSIGN_HOME },
        issuer: { type: 'string' },
        port: { type: 'string', default: '8080' },
        'api-port': { type: 'string', default: '8444' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    return {
      home: resolve(values.home),
      issuer: values.issuer,
      port: portOf('port', values.port),
      apiPort: portOf('api-port', values['api-port']),
    };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error;
    throw new UsageError(error.message);
  }
}
