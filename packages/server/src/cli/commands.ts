import { Command } from 'commander';
import { VERSION } from '../server/version.ts';
import { withExamples } from './run-command.ts';

/** A command of the program, loaded when it is asked for: most of what one of them needs no other does. */
type ListedCommand = {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<Command>;
};

/** Every command, in the order in which help lists them. */
const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'serve',
    description: 'start the server',
    load: async () => (await import('./serve-command.ts')).serveCommand(),
  },
  {
    name: 'init',
    description: 'make the home folder: keys, trust store, deployment.toml',
    load: async () => (await import('./init-command.ts')).initCommand(),
  },
  {
    name: 'client',
    description: 'register clients and change them',
    load: async () => (await import('./client-command.ts')).clientCommand(),
  },
  {
    name: 'user',
    description: 'add accounts and change them',
    load: async () => (await import('./user-command.ts')).userCommand(),
  },
  {
    name: 'group',
    description: 'groups of people and clients, and their members',
    load: async () => (await import('./group-command.ts')).groupCommand(),
  },
  {
    name: 'role',
    description: 'roles that applications know people, clients and groups by',
    load: async () => (await import('./role-command.ts')).roleCommand(),
  },
  {
    name: 'attribute',
    description: 'what people can have beside their names: types and patterns of attributes',
    load: async () => (await import('./attribute-command.ts')).attributeCommand(),
  },
  {
    name: 'claim',
    description:
      'what tokens, UserInfo and introspection say beside: from groups, roles, attributes, fixed values',
    load: async () => (await import('./claim-command.ts')).claimCommand(),
  },
  {
    name: 'truststore',
    description: 'the certificates that client certificates may chain to',
    load: async () => (await import('./truststore-command.ts')).truststoreCommand(),
  },
  {
    name: 'certificate',
    description: 'look into certificates and issue development ones',
    load: async () => (await import('./certificate-command.ts')).certificateCommand(),
  },
  {
    name: 'registration-token',
    description: 'make and remove initial access tokens for dynamic client registration',
    load: async () => (await import('./registration-token-command.ts')).registrationTokenCommand(),
  },
  {
    name: 'keys',
    description: 'list, rotate and end the signing keys',
    load: async () => (await import('./keys-command.ts')).keysCommand(),
  },
  {
    name: 'gate',
    description: 'decide for a proxy which requests reach the API behind it: token, certificate, DPoP proof',
    load: async () => (await import('./gate-command.ts')).gateCommand(),
  },
  {
    name: 'explain',
    description:
      'why a request was refused (by event id), whether a certificate authenticates a client, or who is behind a sub',
    load: async () => (await import('./explain-command.ts')).explainCommand(),
  },
  {
    name: 'events',
    description: 'list events, newest first, or follow them: who did what, to what, from where',
    load: async () => (await import('./events-command.ts')).eventsCommand(),
  },
  {
    name: 'webhook',
    description: 'who is told of events: list, try, see what became of it, and send it again',
    load: async () => (await import('./webhook-command.ts')).webhookCommand(),
  },
  {
    name: 'audit',
    description: 'verify the audit file',
    load: async () => (await import('./audit-command.ts')).auditCommand(),
  },
  {
    name: 'doctor',
    description: 'check configuration, certificates, database and listener',
    load: async () => (await import('./doctor-command.ts')).doctorCommand(),
  },
  {
    name: 'backup',
    description:
      'write the database, as it is at one moment, and the files of the home into one file; the server may run',
    load: async () => (await import('./backup-command.ts')).backupCommand(),
  },
  {
    name: 'restore',
    description:
      'restore a backup, into a new home folder where there is none; what was ended since stays ended, as far as the audit trail is whole',
    load: async () => (await import('./restore-command.ts')).restoreCommand(),
  },
  {
    name: 'confirm',
    description:
      'list who is disabled since a restore, or confirm them: they may come in again with what they had',
    load: async () => (await import('./confirm-command.ts')).confirmCommand(),
  },
  {
    name: 'migrate',
    description:
      'make or upgrade the database schema; with --from and --to, move everything to another database',
    load: async () => (await import('./migrate-command.ts')).migrateCommand(),
  },
  {
    name: 'import',
    description:
      'bring in what another server had: clients, people, groups, trust; what does not come over is named',
    load: async () => (await import('./import-command.ts')).importCommand(),
  },
  {
    name: 'completion',
    description: 'print what makes a shell complete commands and options',
    load: async () => (await import('./completion-command.ts')).completionCommand(wholeProgram),
  },
];

function emptyProgram(): Command {
  const program = new Command('countersign')
    .description(
      'OAuth 2.0 and OpenID Connect authorization server that knows its clients by their certificates',
    )
    .version(VERSION, '-V, --version', 'print the version');
  return withExamples(program, ['serve', 'client add --help']);
}

async function loaded({ name, description, load }: ListedCommand): Promise<Command> {
  const command = await load();
  if (command.name() !== name) throw new Error(`the command ${command.name()} is listed as ${name}`);
  const [first] = command.commands;
  // Help of a command that has subcommands leads to theirs.
  if (first) withExamples(command, [`${name} ${first.name()} --help`]);
  return command.description(description);
}

/** The program with every command, whole. */
export async function wholeProgram(): Promise<Command> {
  const program = emptyProgram();
  for (const command of COMMANDS) program.addCommand(await loaded(command));
  return program;
}

/**
 * The program as far as these arguments need it: the command they name whole, the others by name and description,
 * which is what help and suggestions want of them.
 */
export async function programFor(argv: readonly string[]): Promise<Command> {
  const [first, second] = argv;
  const asked = first === 'help' ? second : first;
  const program = emptyProgram();
  for (const command of COMMANDS) {
    program.addCommand(
      command.name === asked
        ? await loaded(command)
        : new Command(command.name).description(command.description),
    );
  }
  return program;
}
