import type { Position } from './toml-source.ts';

/** One thing wrong with `deployment.toml`. */
export type DeploymentProblem = Position & {
  /** The dotted key, absent when the file as a whole cannot be read. */
  readonly key?: string;
  /** The cause, beginning with the key; what was expected, and what was presented unless it is a secret. */
  readonly message: string;
};

/**
 * Thrown when `deployment.toml` cannot be used. The message is ready to print: every problem on a line
 * of its own, `file:line:column: what is wrong`. It holds no secret value.
 */
export class InvalidDeployment extends Error {
  override readonly name = 'InvalidDeployment';
  readonly file: string;
  readonly problems: readonly DeploymentProblem[];

  constructor(file: string, problems: readonly DeploymentProblem[], options?: ErrorOptions) {
    const inOrder = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const count = inOrder.length === 1 ? 'one problem' : `${inOrder.length} problems`;
    const lines = inOrder.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    super(`the deployment cannot be used, ${count}:\n${lines.join('\n')}`, options);
    this.file = file;
    this.problems = inOrder;
  }
}

/** What an error of the file system or of decoding means for the deployment. */
export function unreadableDeployment(file: string, cause: unknown): InvalidDeployment {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InvalidDeployment(file, [{ line: 1, column: 1, message: `cannot be read: ${reason}` }], {
    cause,
  });
}
