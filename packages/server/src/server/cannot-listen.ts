const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Thrown when a listener cannot be had; the message says why, and which key of deployment.toml to change. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';

  /**
   * @param where the address asked for, and the section of deployment.toml that has its port
   * @param cause what the operating system said
   */
  constructor(
    where: { readonly section: string; readonly port: number; readonly bind: string },
    cause: unknown,
  ) {
    super(reasonOf(where, cause), { cause });
  }
}

function reasonOf(
  { section, port, bind }: ConstructorParameters<typeof CannotListen>[0],
  cause: unknown,
): string {
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return `port ${port} of ${bind} is in use already, by another Countersign or another program; [${section}] port in deployment.toml chooses another`;
    case 'EACCES':
      return `port ${port} needs a privilege that this process does not have; [${section}] port in deployment.toml chooses another`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${bind} is no address of this machine; [${section === 'health' ? section : 'server'}] bind in deployment.toml chooses the address listened on`;
    default:
      return `cannot listen on port ${port} of ${bind}: ${cause instanceof Error ? cause.message : cause}`;
  }
}
