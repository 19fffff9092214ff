import { type Command, Option } from 'commander';
import { type GlobalOptions, UsageError, withGlobalOptions } from './run-command.ts';

/** The server that a command works on by its admin API, and who the command is there. */
export type ServerTarget = {
  /** Its issuer. */
  readonly server: string;
  readonly client_id: string;
  /** Files: the certificate with its chain, its key, and whom the server's certificate may come from. */
  readonly cert: string;
  readonly key: string;
  readonly cacert: string | undefined;
};

/** The options of a command that works on a home folder or on a server elsewhere. */
export type AdministrationOptions = GlobalOptions & {
  readonly server?: string;
  readonly clientId?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly cacert?: string;
};

/** What names the same where an option does not. */
export const SERVER_VARIABLES = {
  server: 'COUNTERSIGN_SERVER',
  clientId: 'COUNTERSIGN_CLIENT_ID',
  cert: 'COUNTERSIGN_CERT',
  key: 'COUNTERSIGN_KEY',
  cacert: 'COUNTERSIGN_CACERT',
} as const;

/** An option as it is written. */
const FLAGS = {
  server: '--server',
  clientId: '--client-id',
  cert: '--cert',
  key: '--key',
  cacert: '--cacert',
} as const;

type Name = keyof typeof FLAGS;

const fromEnvironment = (name: Name): string | undefined => process.env[SERVER_VARIABLES[name]] || undefined;

/**
 * Adds the options of a command that works on a home folder, or on a server elsewhere, by its admin API.
 * @param examples what stands behind `countersign`
 * @param meanings what options mean beside, where the command has an option of that name itself
 */
export function withAdministrationOptions(
  command: Command,
  examples: readonly string[],
  meanings: { readonly clientId?: string; readonly cert?: string } = {},
): Command {
  const means = (before: string | undefined, text: string) =>
    before === undefined ? `with --server: ${text}` : `${before}; with --server: ${text}`;
  return withGlobalOptions(command, ...examples)
    .option('--server <url>', 'work on the server at this URL, by its admin API, instead of a home folder')
    .option('--client-id <id>', means(meanings.clientId, 'the client that this command is there'))
    .option('--cert <file>', means(meanings.cert, 'the certificate of that client, PEM, with its chain'))
    .option('--key <file>', 'with --server: the key of the certificate, PEM')
    .option('--cacert <file>', 'with --server: the authority of the server, PEM; else those of the system');
}

/**
 * For a command that has a client of its own, in an option of the name by which `--server` is told who asks: with that
 * option `--client-id` is who asks, and the command's own client another flag's to say.
 * @param own what that flag says
 * @returns what says who asks, and the command's own client
 * @throws UsageError
 */
export function withOwnClient<Options extends AdministrationOptions>(
  options: Options,
  own: string | undefined,
  flag: string,
): { readonly asking: Options | Omit<Options, 'clientId'>; readonly client_id: string | undefined } {
  const { clientId, ...rest } = options;
  if (options.server !== undefined) return { asking: options, client_id: own };
  if (clientId !== undefined && own !== undefined)
    throw new UsageError(`--client-id and ${flag} exclude each other, but for a --server`);
  return { asking: rest, client_id: own ?? clientId };
}

/** @throws UsageError */
function checkServer(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const { username, password, search, hash } = parsed ?? {};
  if (parsed?.protocol !== 'https:' || username || password || search || hash) {
    throw new UsageError(`${url} is no URL of a server, such as https://login.example.com:9443`);
  }
  return url.replace(/\/+$/, '');
}

/**
 * The server that a command is to work on: what its options say, else what the environment does.
 * @returns undefined where it works on a home folder
 * @throws UsageError where something is missing, or both are named
 */
export function serverTarget(options: AdministrationOptions): ServerTarget | undefined {
  const { homeFrom } = options;
  const byOption = options.server !== undefined;
  if (byOption && homeFrom === 'option') throw new UsageError('--server and --home exclude each other');
  const server = options.server ?? (homeFrom === 'option' ? undefined : fromEnvironment('server'));
  if (server === undefined) {
    const alone = (['clientId', 'cert', 'key', 'cacert'] as const).find(
      (name) => options[name] !== undefined,
    );
    if (alone !== undefined) throw new UsageError(`${FLAGS[alone]} goes with --server`);
    return undefined;
  }
  if (!byOption && homeFrom === 'environment') {
    throw new UsageError(
      `${SERVER_VARIABLES.server} and COUNTERSIGN_HOME are both set: say which one with --server or --home`,
    );
  }
  const required = (name: 'clientId' | 'cert' | 'key') => {
    const value = options[name] ?? fromEnvironment(name);
    if (value !== undefined) return value;
    throw new UsageError(
      `${server} is asked as a client with its certificate: ${FLAGS[name]} is missing, and so is ${SERVER_VARIABLES[name]}`,
    );
  };
  return {
    server: checkServer(server),
    client_id: required('clientId'),
    cert: required('cert'),
    key: required('key'),
    cacert: options.cacert ?? fromEnvironment('cacert'),
  };
}

/** Whether the environment names a server for a command that does not name its home. */
export const isSentElsewhere = ({ homeFrom }: GlobalOptions): boolean =>
  homeFrom !== 'option' && fromEnvironment('server') !== undefined;

/**
 * Has a command that no admin API can do say so where it is sent to a server.
 * @param why as a clause, such as `it reads the files of the home folder`
 * @param heedsEnvironment whether a server that the environment names refuses it too, for people would take what it did
 * here for what was done there
 */
export function atHomeOnly(command: Command, why: string, { heedsEnvironment = true } = {}): Command {
  const path = (): string => {
    const parent = command.parent?.parent ? `${command.parent.name()} ` : '';
    return `${parent}${command.name()}`;
  };
  const own = new Set(command.options.map(({ long }) => long));
  for (const flag of Object.values(FLAGS).filter((each) => !own.has(each))) {
    command.addOption(new Option(`${flag} <value>`).hideHelp());
    command.on(`option:${flag.slice(2)}`, () => {
      throw new UsageError(`${path()} works on no server elsewhere: ${why}`);
    });
  }
  if (!heedsEnvironment) return command;
  return command.hook('preAction', () => {
    if (!isSentElsewhere(command.opts<GlobalOptions>())) return;
    throw new UsageError(
      `${path()} works on no server elsewhere, which ${SERVER_VARIABLES.server} names: ${why}. For a home folder here name it with --home`,
    );
  });
}
