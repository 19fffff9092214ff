/** A move, backup or restore that cannot be done as asked; the message says why, and what to do. */
export class RelocationRefused extends Error {
  override readonly name: string = 'RelocationRefused';
}

/** Another process has the embedded database open. */
export class DatabaseInUse extends RelocationRefused {
  override readonly name = 'DatabaseInUse';

  constructor(file: string) {
    super(`another process has ${file} open: stop the server, and every command that uses this home, first`);
  }
}
