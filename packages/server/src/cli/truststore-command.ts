import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { entryCertificate, isKeyStore, type KeyStoreEntry, readKeyStore } from '@countersign/x509/key-store';
import { Command } from 'commander';
import { authorityKeyWarning } from '../client/certificate-key.ts';
import { describeRegistered } from '../client/registered-certificate.ts';
import { systemClock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { initialiseHome } from '../config/home.ts';
import { type StoreFile, trustStoreChanged, writeStoreFile } from '../server/trust-stores.ts';
import { certificatesOfFile, readNamedFile } from './certificate-file.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

type Store = StoreFile & { readonly entries: readonly KeyStoreEntry[] };

async function storeOf(configuration: Configuration): Promise<Store> {
  const { truststore } = configuration.now();
  const bytes = await readFile(truststore.file_name);
  return { ...truststore, entries: await readKeyStore(bytes, truststore.password) };
}

async function openTruststore(options: GlobalOptions): Promise<Store> {
  const { configuration } = await initialiseHome(resolve(options.home), { clock: systemClock });
  return storeOf(configuration);
}

/** Changes the trust store with its event, told by the home that is open for it. */
async function changeTruststore(
  options: GlobalOptions,
  change: (store: Store) => Promise<readonly KeyStoreEntry[]>,
): Promise<void> {
  await withOpenHome(options, async ({ configuration, events }) => {
    const store = await storeOf(configuration);
    const after = await change(store);
    await writeStoreFile(store, after);
    events.record(trustStoreChanged(undefined, operator(), store.entries, after));
  });
}

const described = (entry: KeyStoreEntry) => {
  const certificate = entryCertificate(entry);
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
    .description('import the certificates of a PEM, PKCS#7 or DER file, or of a JKS or PKCS#12 store')
    .option('--alias <name>', 'its name in the trust store; made from the subject otherwise')
    .option('--storepass <password>', 'the password of the imported store', '')
    .action(async (file: string, options: GlobalOptions & { alias?: string; storepass: string }) => {
      const bytes = await readNamedFile(file);
      const certificates = isKeyStore(bytes)
        ? (await readKeyStore(bytes, options.storepass)).flatMap((entry) => entryCertificate(entry) ?? [])
        : certificatesOfFile(file, bytes);
      const added = certificates.map((certificate, index) => ({
        kind: 'trusted-certificate' as const,
        alias: `${options.alias ?? certificate.thumbprint}${options.alias !== undefined && index > 0 ? `-${index + 1}` : ''}`,
        certificate,
        created_at: systemClock(),
      }));
      await changeTruststore(options, async ({ entries }) => {
        const taken = added.find((entry) => entries.some(sameAlias(entry.alias)));
        if (taken) throw new Refused(`the alias ${taken.alias} is taken; remove it first`);
        return [...entries, ...added];
      });
      print(
        options,
        added.map(described),
        added.flatMap((entry) => {
          const warning = authorityKeyWarning(entry.certificate);
          return [
            `imported ${entry.alias}`,
            ...(warning === undefined ? [] : [`warning: ${entry.alias} ${warning}`]),
          ];
        }),
      );
    });

  withGlobalOptions(truststore.command('export <alias>'))
    .description('print a trusted certificate as PEM')
    .action(async (alias: string, options: GlobalOptions) => {
      const { entries } = await openTruststore(options);
      const found = entries.find(sameAlias(alias));
      const certificate = found && entryCertificate(found);
      if (!certificate) throw new Refused(`the trust store has no entry ${alias}`);
      const pem = certificateToPem(certificate);
      print(options, { alias, certificate: pem }, pem.trimEnd().split('\n'));
    });

  withGlobalOptions(truststore.command('remove <alias>'))
    .description('remove a trusted certificate')
    .action(async (alias: string, options: GlobalOptions) => {
      await changeTruststore(options, async ({ entries }) => {
        const kept = entries.filter((entry) => !sameAlias(alias)(entry));
        if (kept.length === entries.length) throw new Refused(`the trust store has no entry ${alias}`);
        return kept;
      });
      print(options, { alias, removed: true }, [`removed ${alias}`]);
    });

  return truststore;
}
