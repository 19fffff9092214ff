import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { ManagedBy } from '../managed-by.ts';
import { withAdminApi } from './administration/with-admin-api.ts';
import { type CarriedOut, carryOut, type IssuedTo, nameOfStep } from './apply/carry-out.ts';
import { deploymentAt } from './apply/deployment.ts';
import { readFolder } from './apply/folder.ts';
import { type Plan, planOf } from './apply/plan.ts';
import { planAnswer, planLines } from './apply/plan-text.ts';
import { type ProgressOptions, startProgress, withProgressOption } from './progress.ts';
import { Drift, print, Refused, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

type ApplyOptions = AdministrationOptions &
  ProgressOptions & {
    readonly folder: string;
    readonly label: string;
    readonly prune?: true;
    readonly adopt?: true;
    readonly check?: true;
    readonly yes?: true;
    readonly secrets?: string;
  };

/** Where what is said once goes: to a file of its own, or with the result. */
type Secrets = { readonly shown: readonly IssuedTo[]; keep(issued: IssuedTo): void; close(): void };

/** @throws UsageError where the file is there already: secrets of before are in it */
function secretsInto(file: string | undefined): Secrets {
  const shown: IssuedTo[] = [];
  if (file === undefined) return { shown, keep: (issued) => void shown.push(issued), close: () => {} };
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(
      `cannot make the file ${file} for secrets: ${error instanceof Error ? error.message : error}`,
    );
  }
  return {
    shown,
    keep(issued) {
      writeSync(descriptor, `${JSON.stringify(issued)}\n`);
      fsyncSync(descriptor);
    },
    close: () => closeSync(descriptor),
  };
}

/** Whether somebody at the terminal wants it. */
async function isWanted(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('Do this? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

const isBlocked = ({ blocked }: Plan): boolean => blocked.length > 0;

/** Whether a plan may be carried out now. @throws Refused, Drift */
async function isToBeDone(plan: Plan, { check, yes, json }: ApplyOptions): Promise<boolean> {
  const hasDrifted = plan.steps.length > 0 || isBlocked(plan);
  if (check) {
    if (hasDrifted)
      throw new Drift(`${plan.steps.length + plan.blocked.length} differ from what the files say`);
    return false;
  }
  if (isBlocked(plan))
    throw new Refused('nothing was changed: something that the files name is there and not kept by them');
  if (plan.steps.length === 0) return false;
  if (yes) return true;
  if (json || !process.stdin.isTTY || !process.stderr.isTTY)
    throw new Refused('nothing was changed: --yes does it where nobody can be asked');
  if (await isWanted()) return true;
  throw new Refused('nothing was changed');
}

const issuedLine = ({ kind, name, client_secret }: IssuedTo) =>
  `${kind} ${name}  client_secret ${client_secret}   (shown once)`;

const doneLine = ({ done, failed }: CarriedOut, { steps }: Plan): string =>
  failed ? `${done} of ${steps.length} done` : `${done} done`;

/** @throws Refused where a step was refused: those before it are done, and the same command goes on */
function told(options: ApplyOptions, plan: Plan, carried: CarriedOut, secrets: Secrets): void {
  const { done, failed } = carried;
  const { shown } = secrets;
  print(options, { ...planAnswer(plan, options.label), done, ...(shown.length > 0 && { issued: shown }) }, [
    ...shown.map(issuedLine),
    doneLine(carried, plan),
  ]);
  if (!failed) return;
  const { kind, name } = nameOfStep(failed.step);
  throw new Refused(
    `${kind} ${JSON.stringify(name)}: ${failed.error.message}; ${done} of ${plan.steps.length} are done, and the same command goes on from there`,
  );
}

async function apply(options: ApplyOptions): Promise<void> {
  const { folder, label } = options;
  if (!ManagedBy.safeParse(label).success)
    throw new UsageError(`--label ${ManagedBy.safeParse(label).error?.issues[0]?.message}`);
  if (options.check && options.yes) throw new UsageError('--check and --yes exclude each other');
  if (options.check && options.secrets !== undefined)
    throw new UsageError('--check makes no secrets: leave --secrets out');
  const files = await readFolder(folder);
  await withAdminApi(options, async (api) => {
    const deployment = deploymentAt(api);
    const planning = { label, prune: options.prune === true, adopt: options.adopt === true };
    const plan = await planOf(files, deployment, planning);
    if (!options.json) print(options, {}, planLines(plan, label));
    let isToDo = false;
    try {
      isToDo = await isToBeDone(plan, options);
    } finally {
      if (options.json && !isToDo) print(options, { ...planAnswer(plan, label), done: 0 }, []);
    }
    if (!isToDo) return;
    const secrets = secretsInto(options.secrets);
    const progress = startProgress(options);
    const carried = await carryOut(plan, label, deployment, secrets.keep, (done) =>
      progress.at({ what: 'steps', done, of: plan.steps.length }),
    ).finally(() => {
      progress.end();
      secrets.close();
    });
    told(options, plan, carried, secrets);
  });
}

/** `countersign apply`: has a deployment be as the files of a folder say. */
export function applyCommand(): Command {
  return withProgressOption(
    withAdministrationOptions(new Command('apply'), [
      'apply -f deployment',
      'apply -f deployment --check',
      'apply -f deployment --prune --yes --server https://login.example.com:9443 --client-id deploy --cert deploy.pem --key deploy.key',
    ]),
  )
    .requiredOption(
      '-f, --folder <folder>',
      'the files: one resource each, YAML or JSON, also in folders below',
    )
    .option('--label <label>', 'whose the resources are: others are neither changed nor removed', 'apply')
    .option('--prune', 'remove what has the label and stands in no file')
    .option('--adopt', 'take over what is there without the label')
    .option('--check', 'only say what differs; exit code 3 where anything does')
    .option('--yes', 'do not ask')
    .option('--secrets <file>', 'write generated client secrets into this new file in place of showing them')
    .action(apply);
}
