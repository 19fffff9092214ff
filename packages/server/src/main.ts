import { Command } from 'commander';
import { run } from './cli/run-command.ts';
import { VERSION } from './server/version.ts';

/** Each is loaded when it is asked for: most of what one of them needs no other does. */
const COMMANDS = new Map<string | undefined, () => Promise<Command>>([
  ['serve', async () => (await import('./cli/serve-command.ts')).serveCommand()],
  ['init', async () => (await import('./cli/init-command.ts')).initCommand()],
  ['client', async () => (await import('./cli/client-command.ts')).clientCommand()],
  ['user', async () => (await import('./cli/user-command.ts')).userCommand()],
  ['truststore', async () => (await import('./cli/truststore-command.ts')).truststoreCommand()],
  ['certificate', async () => (await import('./cli/certificate-command.ts')).certificateCommand()],
  [
    'registration-token',
    async () => (await import('./cli/registration-token-command.ts')).registrationTokenCommand(),
  ],
  ['keys', async () => (await import('./cli/keys-command.ts')).keysCommand()],
  ['explain', async () => (await import('./cli/explain-command.ts')).explainCommand()],
  ['events', async () => (await import('./cli/events-command.ts')).eventsCommand()],
  ['audit', async () => (await import('./cli/audit-command.ts')).auditCommand()],
  ['doctor', async () => (await import('./cli/doctor-command.ts')).doctorCommand()],
  ['backup', async () => (await import('./cli/backup-command.ts')).backupCommand()],
  ['restore', async () => (await import('./cli/restore-command.ts')).restoreCommand()],
  ['confirm', async () => (await import('./cli/confirm-command.ts')).confirmCommand()],
  ['migrate', async () => (await import('./cli/migrate-command.ts')).migrateCommand()],
]);

const program = new Command('countersign')
  .description(
    'OAuth 2.0 and OpenID Connect authorization server that knows its clients by their certificates',
  )
  .version(VERSION, '-V, --version', 'print the version');
const asked = COMMANDS.get(process.argv[2]);
for (const load of asked ? [asked] : COMMANDS.values()) program.addCommand(await load());

const exitCode = await run(program, process.argv.slice(2));
// A command that ended well may still have set one, e.g. `explain` for a certificate that is refused.
if (exitCode !== 0) process.exitCode = exitCode;
