/** Thrown when a trust store is to be changed whose file this process may not write; the message says what to do. */
export class ReadOnlyStore extends Error {
  override readonly name = 'ReadOnlyStore';

  constructor(file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `${file} cannot be written (${reason}): change it where it is made, for instance in the Secret or ConfigMap that is mounted, or have file_name in deployment.toml name a file that can be written`,
      { cause },
    );
  }
}
