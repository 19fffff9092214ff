import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { run } from '../../interop/program.ts';
import { runProgram } from '../../packages/server/test/countersign-process.ts';

const HELM_FOLDER = resolve(import.meta.dirname, '../helm');
/** Where the Go module of the checks is, which pins Helm. */
const HERE = { cwd: import.meta.dirname };

export const CHART = join(HELM_FOLDER, 'countersign');

const valuesFile = (name: string) => join(CHART, 'ci', `${name}-values.yaml`);

/** The names of the values files that the chart is rendered with. */
export const VALUES: readonly string[] = readdirSync(join(CHART, 'ci')).map((file) =>
  basename(file, '-values.yaml'),
);

/** Where what is rendered with these values is kept, for those who have no Helm. */
export const renderedFile = (name: string): string => join(HELM_FOLDER, 'rendered', `${name}.yaml`);

/** The Kubernetes that is rendered for; a Helm built from its module knows of none. */
const KUBERNETES = ['--kube-version', '1.34.0'];

const template = (name: string, settings: readonly string[]) => [
  ...['tool', 'helm', 'template', 'countersign', CHART, '--namespace', 'identity', ...KUBERNETES],
  ...['--values', valuesFile(name), ...settings.flatMap((setting) => ['--set-json', setting])],
];

/** What the chart renders with a values file. @throws Error with what Helm says */
export const render = (name: string): Promise<string> => run('go', template(name, []), HERE);

/** What Helm says to a values file in which some are set otherwise, as `name=JSON`; it must refuse. */
export async function refusal(name: string, ...settings: readonly string[]): Promise<string> {
  const { code, stderr } = await runProgram('go', template(name, settings), { cwd: HERE.cwd });
  if (code === 0) throw new Error(`rendered with ${settings.join(' ')}`);
  return stderr;
}

/** `helm lint --strict`. @throws Error with what it says */
export const lint = (name: string): Promise<string> =>
  run('go', ['tool', 'helm', 'lint', '--strict', ...KUBERNETES, '--values', valuesFile(name), CHART], HERE);
