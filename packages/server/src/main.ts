import { Command } from 'commander';
import { auditCommand } from './cli/audit-command.ts';
import { backupCommand } from './cli/backup-command.ts';
import { certificateCommand } from './cli/certificate-command.ts';
import { clientCommand } from './cli/client-command.ts';
import { confirmCommand } from './cli/confirm-command.ts';
import { doctorCommand } from './cli/doctor-command.ts';
import { eventsCommand } from './cli/events-command.ts';
import { explainCommand } from './cli/explain-command.ts';
import { initCommand } from './cli/init-command.ts';
import { keysCommand } from './cli/keys-command.ts';
import { migrateCommand } from './cli/migrate-command.ts';
import { registrationTokenCommand } from './cli/registration-token-command.ts';
import { restoreCommand } from './cli/restore-command.ts';
import { run } from './cli/run-command.ts';
import { serveCommand } from './cli/serve-command.ts';
import { truststoreCommand } from './cli/truststore-command.ts';
import { userCommand } from './cli/user-command.ts';
import { VERSION } from './server/version.ts';

const program = new Command('countersign')
  .description(
    'OAuth 2.0 and OpenID Connect authorization server that knows its clients by their certificates',
  )
  .version(VERSION, '-V, --version', 'print the version');
for (const command of [
  serveCommand(),
  initCommand(),
  clientCommand(),
  userCommand(),
  truststoreCommand(),
  certificateCommand(),
  registrationTokenCommand(),
  keysCommand(),
  explainCommand(),
  eventsCommand(),
  auditCommand(),
  doctorCommand(),
  backupCommand(),
  restoreCommand(),
  confirmCommand(),
  migrateCommand(),
]) {
  program.addCommand(command);
}

const exitCode = await run(program, process.argv.slice(2));
// A command that ended well may still have set one, e.g. `explain` for a certificate that is refused.
if (exitCode !== 0) process.exitCode = exitCode;
