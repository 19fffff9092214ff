/** Thrown when deployment.toml is to be changed and cannot be, whatever the change is; the message says what to do. */
export class UnchangeableDeployment extends Error {
  override readonly name = 'UnchangeableDeployment';

  constructor(file: string, why: string, cause?: unknown) {
    super(`${file} ${why}`, { cause });
  }
}
