import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { Configuration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import { hasColours, STANDARD_OUTPUT } from '../server/logger.ts';
import { administratorsCheck, superAdminCheck } from './doctor/administrator-check.ts';
import { type Check, carryOut } from './doctor/check.ts';
import { clientsCheck } from './doctor/clients-check.ts';
import { databaseCheck } from './doctor/database-check.ts';
import { endsCheck } from './doctor/ends-check.ts';
import { type ExaminationOptions, examine, PROFILES } from './doctor/examination.ts';
import { fileModes, homeFileModes } from './doctor/file-modes.ts';
import { type Finding, failed, messageOf, ok, remedyOf } from './doctor/finding.ts';
import type { FindingCode } from './doctor/finding-codes.ts';
import { jwksCheck } from './doctor/jwks-check.ts';
import { listenerCheck } from './doctor/listener-check.ts';
import { machineCheck } from './doctor/machine-check.ts';
import { nodesCheck } from './doctor/nodes-check.ts';
import { plugInFailuresCheck, plugInsCheck } from './doctor/plug-ins-check.ts';
import { crlFilesCheck, revocationPlacesCheck } from './doctor/revocation-check.ts';
import { roomCheck } from './doctor/room-check.ts';
import { serverCertificateCheck } from './doctor/server-certificate-check.ts';
import { settingsCheck } from './doctor/settings-check.ts';
import { storesCheck } from './doctor/stores-check.ts';
import { trustCheck } from './doctor/trust-check.ts';
import { type GlobalOptions, print, requireHome, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

/** What is looked at, in the order in which it is told. */
const CHECKS: readonly Check[] = [
  storesCheck,
  fileModes,
  endsCheck,
  serverCertificateCheck,
  settingsCheck,
  superAdminCheck,
  machineCheck,
  roomCheck,
  plugInsCheck,
  databaseCheck,
  administratorsCheck,
  clientsCheck,
  plugInFailuresCheck,
  trustCheck,
  crlFilesCheck,
  revocationPlacesCheck,
  jwksCheck,
  nodesCheck,
  listenerCheck,
];

/** Looks at a home, and changes nothing in it. */
async function findingsOf(home: string, options: ExaminationOptions): Promise<readonly Finding[]> {
  const { deployment } = homePaths(home);
  const name = 'deployment.toml';
  let configuration: Configuration;
  try {
    configuration = await Configuration.read(deployment);
  } catch (error) {
    const files = await homeFileModes(home).catch((cause) => [failed('check_failed', messageOf(cause))]);
    return [
      { check: name, ...failed('deployment_invalid', messageOf(error)) },
      ...files.map((finding) => ({ check: 'files', ...finding })),
    ];
  }
  const examination = examine(home, configuration, options);
  try {
    return [{ check: name, ...ok(deployment) }, ...(await carryOut(CHECKS, examination))];
  } finally {
    await examination.close();
  }
}

const COLOURS = [
  ['ok', 'green'],
  ['warning', 'yellow'],
  ['failed', 'red'],
] as const;

/** A finding for reading: its outcome first, and what to do below. */
function linesOf(finding: Finding): readonly string[] {
  const { outcome, check: name, detail } = finding;
  const [first = '', ...rest] = `${outcome.padEnd(8)}${name.padEnd(17)}${detail}`.split('\n');
  const remedy = remedyOf(finding);
  return [first, ...rest, ...(remedy === undefined ? [] : [`${''.padEnd(25)}→ ${remedy}`])];
}

/** A line on a terminal. */
function withColours(line: string): string {
  const [outcome, colour] = COLOURS.find(([each]) => line.startsWith(`${each} `)) ?? [];
  if (outcome === undefined || colour === undefined) return line;
  return styleText(colour, outcome, { validateStream: false }) + line.slice(outcome.length);
}

const counted = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** How many findings there are of each outcome that is not good. */
function summaryOf(findings: readonly Finding[]): string {
  const count = (outcome: Finding['outcome']) => findings.filter((each) => each.outcome === outcome).length;
  const all = [
    ...counted(count('warning'), 'warning', 'warnings'),
    ...counted(count('failed'), 'failed', 'failed'),
  ];
  return all.length === 0 ? 'nothing is wrong' : all.join(', ');
}

type DoctorOptions = GlobalOptions & ExaminationOptions & { readonly failOn: 'failed' | 'warning' };

const LEAVE_MS = 500;
/** What was given up may go on. */
const UNFINISHED: ReadonlySet<string> = new Set<FindingCode>(['check_timed_out', 'database_unavailable']);

/** What waits for an answer that nobody needs any more does not hold the command up; its output does. */
function leaveSoon(): void {
  const leave = () => (process.stdout.writableLength > 0 ? leaveSoon() : process.exit());
  setTimeout(leave, LEAVE_MS).unref();
}

/** `countersign doctor`: looks at everything a start needs and a production home should have, and says what is wrong. */
export function doctorCommand(): Command {
  return atHomeOnly(
    withGlobalOptions(new Command('doctor'), 'doctor', 'doctor --offline --fail-on warning --json'),
    'it looks at the files, the database and the listeners of a home folder on its machine',
  )
    .addOption(
      new Option(
        '--profile <profile>',
        'hold the home against the production guide, or not; without it by whether the issuer is a name of this machine alone',
      ).choices(PROFILES),
    )
    .option('--offline', 'ask nothing over the network: no listener, JWK set, CRL or PostgreSQL', false)
    .addOption(
      new Option('--fail-on <outcome>', 'the least that makes the exit code 1')
        .choices(['failed', 'warning'])
        .default('failed'),
    )
    .action(async (options: DoctorOptions) => {
      const findings = await findingsOf(requireHome(options), options);
      print(
        options,
        findings.map((finding) => {
          const { check: name, outcome, code, detail } = finding;
          const remedy = remedyOf(finding);
          return { check: name, outcome, ...(code && { code }), detail, ...(remedy && { remedy }) };
        }),
        [...findings.flatMap(linesOf), '', summaryOf(findings)],
        hasColours(STANDARD_OUTPUT) ? withColours : undefined,
      );
      const isBad = findings.some(
        ({ outcome }) => outcome === 'failed' || (outcome === 'warning' && options.failOn === 'warning'),
      );
      if (isBad) process.exitCode = 1;
      // Else it ends by itself.
      if (findings.some(({ code }) => code !== undefined && UNFINISHED.has(code))) leaveSoon();
    });
}
