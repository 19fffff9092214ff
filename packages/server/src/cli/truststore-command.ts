import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { type KeyStoreEntry, readKeyStore, writePkcs12 } from '@countersign/x509/key-store';
import { Command } from 'commander';
import { describeRegistered } from '../client/registered-certificate.ts';
import { systemClock } from '../clock.ts';
import { initialiseHome } from '../config/home.ts';
import { certificatesOfFile, isCertificateFile, readNamedFile } from './certificate-file.ts';
import { type GlobalOptions, print, Refused, withGlobalOptions } from './run-command.ts';

type Store = {
  readonly file: string;
  readonly password: string;
  readonly type: string;
  readonly entries: readonly KeyStoreEntry[];
};

async function openTruststore(options: GlobalOptions): Promise<Store> {
  const { configuration } = await initialiseHome(resolve(options.home), { clock: systemClock });
  const { file_name: file, password, type } = configuration.now().truststore;
  return { file, password, type, entries: await readKeyStore(await readFile(file), password) };
}

/** Writes whole or not at all; a server that follows the file never sees half of it. */
async function save({ file, password, type }: Store, entries: readonly KeyStoreEntry[]): Promise<void> {
  const bytes =
    type === 'PEM'
      ? Buffer.from(
          entries
            .map((entry) => (entry.kind === 'trusted-certificate' ? certificateToPem(entry.certificate) : ''))
            .join(''),
        )
      : await writePkcs12(entries, password);
  const underway = `${file}.${process.pid}.new`;
  await writeFile(underway, bytes, { mode: 0o600 });
  await rename(underway, file);
}

const certificateOf = (entry: KeyStoreEntry) =>
  entry.kind === 'trusted-certificate' ? entry.certificate : entry.chain[0];

const described = (entry: KeyStoreEntry) => {
  const certificate = certificateOf(entry);
  return { alias: entry.alias, kind: entry.kind, ...(certificate && describeRegistered(certificate)) };
};

const sameAlias = (alias: string) => (entry: KeyStoreEntry) =>
  entry.alias.toLowerCase() === alias.toLowerCase();

/** `countersign truststore …`: what `keytool` does to the trust store, without Java. */
export function truststoreCommand(): Command {
  const truststore = new Command('truststore').description(
    'the certificates that client certificates may chain to',
  );

  withGlobalOptions(truststore.command('list'))
    .description('list the trusted certificates')
    .action(async (options: GlobalOptions) => {
      const { entries } = await openTruststore(options);
      const shown = entries.map(described);
      print(
        options,
        shown,
        shown.length === 0
          ? ['the trust store is empty']
          : shown.flatMap((entry) => [
              ...Object.entries(entry).map(([name, value]) => `${name.padEnd(17)}${value}`),
              '',
            ]),
      );
    });

  withGlobalOptions(truststore.command('import <file>'))
    .description('import the certificates of a PEM or DER file, or of a JKS or PKCS#12 store')
    .option('--alias <name>', 'its name in the trust store; made from the subject otherwise')
    .option('--storepass <password>', 'the password of the imported store', '')
    .action(async (file: string, options: GlobalOptions & { alias?: string; storepass: string }) => {
      const store = await openTruststore(options);
      const bytes = await readNamedFile(file);
      const certificates = isCertificateFile(bytes)
        ? certificatesOfFile(file, bytes)
        : (await readKeyStore(bytes, options.storepass)).flatMap((entry) => certificateOf(entry) ?? []);
      const added = certificates.map(
        (certificate, index): KeyStoreEntry => ({
          kind: 'trusted-certificate',
          alias: `${options.alias ?? certificate.thumbprint}${options.alias !== undefined && index > 0 ? `-${index + 1}` : ''}`,
          certificate,
          created_at: systemClock(),
        }),
      );
      const taken = added.find((entry) => store.entries.some(sameAlias(entry.alias)));
      if (taken) throw new Refused(`the alias ${taken.alias} is taken; remove it first`);
      await save(store, [...store.entries, ...added]);
      print(
        options,
        added.map(described),
        added.map((entry) => `imported ${entry.alias}`),
      );
    });

  withGlobalOptions(truststore.command('export <alias>'))
    .description('print a trusted certificate as PEM')
    .action(async (alias: string, options: GlobalOptions) => {
      const { entries } = await openTruststore(options);
      const found = entries.find(sameAlias(alias));
      const certificate = found && certificateOf(found);
      if (!certificate) throw new Refused(`the trust store has no entry ${alias}`);
      const pem = certificateToPem(certificate);
      print(options, { alias, certificate: pem }, pem.trimEnd().split('\n'));
    });

  withGlobalOptions(truststore.command('remove <alias>'))
    .description('remove a trusted certificate')
    .action(async (alias: string, options: GlobalOptions) => {
      const store = await openTruststore(options);
      const kept = store.entries.filter((entry) => !sameAlias(alias)(entry));
      if (kept.length === store.entries.length) throw new Refused(`the trust store has no entry ${alias}`);
      await save(store, kept);
      print(options, { alias, removed: true }, [`removed ${alias}`]);
    });

  return truststore;
}
