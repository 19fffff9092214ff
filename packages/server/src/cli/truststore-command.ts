import { readFile } from 'node:fs/promises';
import { type Certificate, certificateToPem } from '@countersign/x509';
import { entryCertificate, isKeyStore, type KeyStoreEntry, readKeyStore } from '@countersign/x509/key-store';
import { Command, Option } from 'commander';
import type { TrustStore } from '../admin/trust-resource.ts';
import { authorityKeyWarning } from '../client/certificate-key.ts';
import { describeRegistered } from '../client/registered-certificate.ts';
import { TRUST_ROLES, type TrustRole } from '../client/trust-role.ts';
import { describeStanding, howToName, standingLine } from '../client-authentication/authority.ts';
import { reportLine } from '../client-authentication/trust-report.ts';
import { systemClock } from '../clock.ts';
import { Configuration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import { normalisedThumbprint } from '../config/sections/values.ts';
import { printableLine } from '../event/printable.ts';
import {
  AliasTaken,
  importedEntries,
  sameAlias,
  type TrustedEntry,
} from '../registration/imported-entries.ts';
import { type SharedTrust, sharesTrust } from '../server/shared-trust.ts';
import { type OpenTrustStores, openTrustStores } from '../server/trust-stores.ts';
import { certificatesOfFile, readNamedFile } from './certificate-file.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  requireHome,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

/** Opens home and trust stores for the time of one command; what an upgrade made of the entries is told beside it. */
export async function withTrustStores(
  options: GlobalOptions,
  work: (trust: OpenTrustStores) => Promise<void>,
): Promise<void> {
  await withOpenHome(options, async (opened) => {
    const trust = await openTrustStores(opened);
    try {
      for (const entry of trust.upgraded) process.stderr.write(`${printableLine(reportLine(entry))}\n`);
      await work(trust);
    } finally {
      trust.close();
    }
  });
}

/** The trust store itself, with what its entries are. */
async function storeOf({ stores }: OpenTrustStores): Promise<TrustStore> {
  const [store] = (await stores.list()).stores;
  if (!store) throw new Error('there is no trust store');
  return store;
}

/** Of the file where it is one; a database that nodes share is opened for it. */
async function entriesOf(
  { atStart, now }: Configuration,
  options: GlobalOptions,
): Promise<readonly KeyStoreEntry[]> {
  const { truststore } = now();
  if (!sharesTrust(atStart)) return readKeyStore(await readFile(truststore.file_name), truststore.password);
  let entries: readonly KeyStoreEntry[] = [];
  await withTrustStores(options, async (trust) => {
    entries = (await storeOf(trust)).entries;
  });
  return entries;
}

const described =
  ({ standings }: TrustStore) =>
  (entry: KeyStoreEntry) => {
    const certificate = entryCertificate(entry);
    const standing = certificate && standings.get(certificate.thumbprint);
    return {
      alias: entry.alias,
      kind: entry.kind,
      ...(certificate && describeRegistered(certificate)),
      ...(standing && describeStanding(certificate, standing)),
    };
  };

/** What an entry is, and what may be wrong with that, in lines that follow its name. */
function roleLines({ standings }: TrustStore, alias: string, certificate: Certificate): readonly string[] {
  const standing = standings.get(certificate.thumbprint);
  if (!standing) return [];
  const shown = describeStanding(certificate, standing);
  return [
    `  ${standingLine(shown)}`,
    ...(shown.unconfirmed
      ? [
          `  if it issues client certificates: ${howToName(alias, standing, 'authority')}`,
          `  otherwise: ${howToName(alias, standing, 'handshake')}`,
        ]
      : []),
    ...(shown.warning === undefined ? [] : [`warning: ${alias} ${shown.warning}`]),
  ];
}

/** The certificate that an alias of the trust store names, or a thumbprint in any store. */
async function certificateNamed(name: string, trust: OpenTrustStores): Promise<Certificate | undefined> {
  const { stores } = await trust.stores.list();
  const byAlias = stores[0]?.entries.find(sameAlias(name));
  if (byAlias) return entryCertificate(byAlias);
  const thumbprint = normalisedThumbprint(name);
  return stores
    .flatMap(({ entries }) => entries.flatMap((entry) => entryCertificate(entry) ?? []))
    .find((certificate) => certificate.thumbprint === thumbprint);
}

/** @throws Refused where a name is taken */
function orRefused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AliasTaken) throw new Refused(`the alias ${error.alias} is taken; remove it first`);
    throw error;
  }
}

/** @param role undefined to leave it to the rule; then also of a certificate that stands in no store any more */
async function changeRole(name: string, role: TrustRole | undefined, options: GlobalOptions): Promise<void> {
  await withTrustStores(options, async (trust) => {
    const certificate = await certificateNamed(name, trust);
    const left = (await trust.roles.list()).find(
      ({ thumbprint }) => thumbprint === normalisedThumbprint(name),
    );
    const thumbprint = certificate?.thumbprint ?? (role === undefined ? left?.thumbprint : undefined);
    if (thumbprint === undefined) throw new Refused(`the trust store has no entry ${name}`);
    await trust.stores.name([thumbprint], role, operator(), undefined);
    const { stores } = await trust.stores.list();
    const standing = stores.flatMap(({ standings }) => standings.get(thumbprint) ?? [])[0];
    if (!certificate || !standing) {
      print(options, { 'x5t#S256': thumbprint, role: null }, [`${name}: nobody’s word any more`]);
      return;
    }
    const shown = describeStanding(certificate, standing);
    print(options, { 'x5t#S256': thumbprint, ...shown }, [
      `${name}: ${standingLine(shown)}`,
      ...(shown.warning === undefined ? [] : [`warning: ${name} ${shown.warning}`]),
    ]);
  });
}

type ImportOptions = GlobalOptions & {
  readonly alias?: string;
  readonly storepass: string;
  readonly role?: TrustRole;
};

/** `countersign truststore …`: what `keytool` does to the trust store, without Java, and what its entries are. */
export function truststoreCommand(): Command {
  const truststore = new Command('truststore');

  withGlobalOptions(truststore.command('list'), 'truststore list')
    .description(
      'list the trusted certificates, what each is and why: an authority, or what merely comes through',
    )
    .action((options: GlobalOptions) =>
      withTrustStores(options, async (trust) => {
        const store = await storeOf(trust);
        const shown = store.entries.map(described(store));
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
      }),
    );

  withGlobalOptions(
    truststore.command('import <file>'),
    'truststore import ca.pem --alias partner --role authority',
  )
    .description('import the certificates of a PEM, PKCS#7 or DER file, or of a JKS or PKCS#12 store')
    .option('--alias <name>', 'its name in the trust store; its thumbprint otherwise')
    .option('--storepass <password>', 'the password of the imported store', '')
    .addOption(new Option('--role <role>', 'what they are, whatever the rule says').choices([...TRUST_ROLES]))
    .action(async (file: string, options: ImportOptions) => {
      const bytes = await readNamedFile(file);
      const certificates = isKeyStore(bytes)
        ? (await readKeyStore(bytes, options.storepass)).flatMap((entry) => entryCertificate(entry) ?? [])
        : certificatesOfFile(file, bytes);
      const { role } = options;
      const naming = role && { role, thumbprints: certificates.map(({ thumbprint }) => thumbprint) };
      await withTrustStores(options, async (trust) => {
        let added: readonly TrustedEntry[] = [];
        const adding = (entries: readonly KeyStoreEntry[]) => {
          added = orRefused(() => importedEntries(certificates, entries, options.alias, systemClock()));
          return added.length === 0 ? entries : [...entries, ...added];
        };
        await trust.stores.change(undefined, adding, operator(), undefined, naming);
        const store = await storeOf(trust);
        const given = new Set(certificates.map(({ thumbprint }) => thumbprint));
        const present = store.entries.flatMap((entry) => {
          const certificate = entryCertificate(entry);
          return certificate && given.has(certificate.thumbprint) ? [{ entry, certificate }] : [];
        });
        const fresh = new Set(added.map(({ alias }) => alias.toLowerCase()));
        print(
          options,
          present.map(({ entry }) => described(store)(entry)),
          present.flatMap(({ entry: { alias }, certificate }) => {
            const warning = authorityKeyWarning(certificate);
            return [
              fresh.has(alias.toLowerCase()) ? `imported ${alias}` : `${alias} holds it already`,
              ...(warning === undefined ? [] : [`warning: ${alias} ${warning}`]),
              ...roleLines(store, alias, certificate),
            ];
          }),
        );
      });
    });

  withGlobalOptions(truststore.command('set-role'), 'truststore set-role authority partner')
    .argument('<role>', 'authority or handshake')
    .argument('<entry>', 'its alias, or the thumbprint of a certificate in any store')
    .description('say what an entry is, whatever the rule says: an authority, or what merely comes through')
    .action(async (word: string, entry: string, options: GlobalOptions) => {
      const role = TRUST_ROLES.find((each) => each === word);
      if (!role) throw new UsageError(`the role is ${TRUST_ROLES.join(' or ')}`);
      await changeRole(entry, role, options);
    });

  withGlobalOptions(truststore.command('unset-role'), 'truststore unset-role partner')
    .argument('<entry>', 'its alias, or a thumbprint')
    .description('leave it to the rule again what an entry is')
    .action((entry: string, options: GlobalOptions) => changeRole(entry, undefined, options));

  withGlobalOptions(truststore.command('export <alias>'), 'truststore export partner')
    .description('print a trusted certificate as PEM')
    .action(async (alias: string, options: GlobalOptions) => {
      const configuration = await Configuration.read(homePaths(requireHome(options)).deployment);
      const found = (await entriesOf(configuration, options)).find(sameAlias(alias));
      const certificate = found && entryCertificate(found);
      if (!certificate) throw new Refused(`the trust store has no entry ${alias}`);
      const pem = certificateToPem(certificate);
      print(options, { alias, certificate: pem }, pem.trimEnd().split('\n'));
    });

  withGlobalOptions(truststore.command('remove <alias>'), 'truststore remove partner')
    .description('remove a trusted certificate')
    .action(async (alias: string, options: GlobalOptions) => {
      await withTrustStores(options, async ({ stores }) => {
        const removing = (entries: readonly KeyStoreEntry[]) => {
          const kept = entries.filter((entry) => !sameAlias(alias)(entry));
          if (kept.length === entries.length) throw new Refused(`the trust store has no entry ${alias}`);
          return kept;
        };
        await stores.change(undefined, removing, operator(), undefined);
      });
      print(options, { alias, removed: true }, [`removed ${alias}`]);
    });

  addFileCommands(truststore);
  return truststore;
}

/** @throws Refused where the file of this node is what counts */
function sharedOr({ shared }: OpenTrustStores): SharedTrust {
  if (shared) return shared;
  throw new Refused('the trust store is the file of this node, for its database is no other node’s');
}

/** What only nodes that share a database need: the way from their files to what they share, and back. */
function addFileCommands(truststore: Command): void {
  withGlobalOptions(truststore.command('adopt'), 'truststore adopt')
    .description(
      'take in what the files of this node hold and the deployment does not trust, where nodes share a database',
    )
    .action(async (options: GlobalOptions) => {
      await withTrustStores(options, async (trust) => {
        const shared = sharedOr(trust);
        const states = (await shared.fileStates()).filter(({ extra }) => extra.length > 0);
        for (const { store, extra } of states) {
          await trust.stores.change(store.group, (entries) => [...entries, ...extra], operator(), undefined);
        }
        await trust.refresh();
        const adopted = states.flatMap(({ store, extra }) =>
          extra.map(({ alias, certificate }) => ({
            store: store.key,
            alias,
            ...describeRegistered(certificate),
          })),
        );
        print(
          options,
          adopted,
          adopted.length === 0
            ? ['the files of this node hold nothing that the deployment does not trust']
            : adopted.map(({ store, alias }) => `adopted ${alias} into ${store}`),
        );
      });
    });

  withGlobalOptions(truststore.command('write-file'), 'truststore write-file')
    .description(
      'write what the deployment trusts into the files of this node, for those who read them, where nodes share a database',
    )
    .action(async (options: GlobalOptions) => {
      await withTrustStores(options, async (trust) => {
        const shared = sharedOr(trust);
        const states = await shared.fileStates();
        const [lost] = states.flatMap(({ store, extra }) => extra.map((entry) => ({ store, entry })));
        if (lost) {
          throw new Refused(
            `${lost.store.file_name} holds ${lost.entry.alias}, which the deployment does not trust and the file would lose: take it in with countersign truststore adopt, or out with keytool, first`,
          );
        }
        const behind = states.filter((state) => state.behind > 0);
        const withKey = behind.find(
          ({ store: { type, entries } }) =>
            type === 'PEM' && entries.some(({ kind }) => kind === 'private-key'),
        );
        if (withKey) {
          throw new Refused(
            `${withKey.store.file_name} holds a private key, which a PEM file would lose: move it away`,
          );
        }
        for (const { store } of behind) await shared.writeFile(store);
        print(
          options,
          behind.map(({ store }) => ({ store: store.key, file: store.file_name })),
          behind.length === 0
            ? ['the files of this node hold what the deployment trusts']
            : behind.map(({ store }) => `wrote ${store.file_name}`),
        );
      });
    });
}
