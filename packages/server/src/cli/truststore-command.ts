import { certificateToPem } from '@countersign/x509';
import { entryCertificate, isKeyStore, readKeyStore } from '@countersign/x509/key-store';
import { Command, Option } from 'commander';
import { authorityKeyWarning } from '../client/certificate-key.ts';
import { describeRegistered } from '../client/registered-certificate.ts';
import { TRUST_ROLES, type TrustRole } from '../client/trust-role.ts';
import { namingCommand, standingLine } from '../client-authentication/authority.ts';
import type { OpenHome } from '../server/open-home.ts';
import type { SharedTrust } from '../server/shared-trust.ts';
import type { OpenTrustStores } from '../server/trust-stores.ts';
import type { TrustEntry } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { certificatesOfFile, readNamedFile } from './certificate-file.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { type AdministrationOptions, atHomeOnly, withAdministrationOptions } from './server-option.ts';

/** Opens home and trust stores for the time of one command; what an upgrade made of the entries is told beside it. */
export async function withTrustStoresOfHome(
  options: GlobalOptions,
  work: (opened: OpenHome, trust: OpenTrustStores) => Promise<void>,
): Promise<void> {
  await withOpenHome(options, async (opened) => {
    const { openToldTrustStores } = await import('./administration/trust-of-home.ts');
    const trust = await openToldTrustStores(opened);
    try {
      await work(opened, trust);
    } finally {
      trust.close();
    }
  });
}

/** As {@link withTrustStoresOfHome}, for what needs nothing else of the home. */
export const withTrustStores = (
  options: GlobalOptions,
  work: (trust: OpenTrustStores) => Promise<void>,
): Promise<void> => withTrustStoresOfHome(options, (_, trust) => work(trust));

const described = ({ alias, kind, certificate, standing }: TrustEntry) => ({
  alias,
  kind,
  ...(certificate && describeRegistered(certificate)),
  ...standing,
});

/** What an entry is, and what may be wrong with that, in lines that follow its name. */
const roleLines = ({ alias, standing }: TrustEntry): readonly string[] =>
  standing === undefined
    ? []
    : [
        `  ${standingLine(standing)}`,
        ...(standing.unconfirmed
          ? [
              `  if it issues client certificates: ${namingCommand(alias, 'authority')}`,
              `  otherwise: ${namingCommand(alias, 'handshake')}`,
            ]
          : []),
        ...(standing.warning === undefined ? [] : [`warning: ${alias} ${standing.warning}`]),
      ];

/** @param role undefined to leave it to the rule; then also of a certificate that stands in no store any more */
async function changeRole(
  name: string,
  role: TrustRole | undefined,
  options: AdministrationOptions,
): Promise<void> {
  await withAdministration(options, async ({ trust }) => {
    const set = await trust.setRole(name, role);
    if (!set) throw new Refused(`the trust store has no entry ${name}`);
    const { thumbprint, standing } = set;
    if (!standing) {
      print(options, { 'x5t#S256': thumbprint, role: null }, [`${name}: nobody’s word any more`]);
      return;
    }
    print(options, { 'x5t#S256': thumbprint, ...standing }, [
      `${name}: ${standingLine(standing)}`,
      ...(standing.warning === undefined ? [] : [`warning: ${name} ${standing.warning}`]),
    ]);
  });
}

type ImportOptions = AdministrationOptions & {
  readonly alias?: string;
  readonly storepass: string;
  readonly role?: TrustRole;
};

/** `countersign truststore …`: what `keytool` does to the trust store, without Java, and what its entries are. */
export function truststoreCommand(): Command {
  const truststore = new Command('truststore');

  withAdministrationOptions(truststore.command('list'), ['truststore list'])
    .description(
      'list the trusted certificates, what each is and why: an authority, or what merely comes through',
    )
    .action((options: AdministrationOptions) =>
      withAdministration(options, async ({ trust }) => {
        const shown = (await trust.list()).map(described);
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

  withAdministrationOptions(truststore.command('import <file>'), [
    'truststore import ca.pem --alias partner --role authority',
  ])
    .description('import the certificates of a PEM, PKCS#7 or DER file, or of a JKS or PKCS#12 store')
    .option('--alias <name>', 'its name in the trust store; its thumbprint otherwise')
    .option('--storepass <password>', 'the password of the imported store', '')
    .addOption(new Option('--role <role>', 'what they are, whatever the rule says').choices([...TRUST_ROLES]))
    .action(async (file: string, options: ImportOptions) => {
      const bytes = await readNamedFile(file);
      const certificates = isKeyStore(bytes)
        ? (await readKeyStore(bytes, options.storepass)).flatMap((entry) => entryCertificate(entry) ?? [])
        : certificatesOfFile(file, bytes);
      const { alias, role } = options;
      await withAdministration(options, async ({ trust }) => {
        const { entries, added } = await trust.import(certificates, { alias, role });
        print(
          options,
          entries.map(described),
          entries.flatMap((entry) => {
            const warning = entry.certificate && authorityKeyWarning(entry.certificate);
            return [
              added.has(entry.alias.toLowerCase())
                ? `imported ${entry.alias}`
                : `${entry.alias} holds it already`,
              ...(warning === undefined ? [] : [`warning: ${entry.alias} ${warning}`]),
              ...roleLines(entry),
            ];
          }),
        );
      });
    });

  withAdministrationOptions(truststore.command('set-role'), ['truststore set-role authority partner'])
    .argument('<role>', 'authority or handshake')
    .argument('<entry>', 'its alias, or the thumbprint of a certificate in any store')
    .description('say what an entry is, whatever the rule says: an authority, or what merely comes through')
    .action(async (word: string, entry: string, options: AdministrationOptions) => {
      const role = TRUST_ROLES.find((each) => each === word);
      if (!role) throw new UsageError(`the role is ${TRUST_ROLES.join(' or ')}`);
      await changeRole(entry, role, options);
    });

  withAdministrationOptions(truststore.command('unset-role'), ['truststore unset-role partner'])
    .argument('<entry>', 'its alias, or a thumbprint')
    .description('leave it to the rule again what an entry is')
    .action((entry: string, options: AdministrationOptions) => changeRole(entry, undefined, options));

  withAdministrationOptions(truststore.command('export <alias>'), ['truststore export partner'])
    .description('print a trusted certificate as PEM')
    .action((alias: string, options: AdministrationOptions) =>
      withAdministration(options, async ({ trust }) => {
        const named = (entry: TrustEntry) => entry.alias.toLowerCase() === alias.toLowerCase();
        const certificate = (await trust.list()).find(named)?.certificate;
        if (!certificate) throw new Refused(`the trust store has no entry ${alias}`);
        const pem = certificateToPem(certificate);
        print(options, { alias, certificate: pem }, pem.trimEnd().split('\n'));
      }),
    );

  withAdministrationOptions(truststore.command('remove <alias>'), ['truststore remove partner'])
    .description('remove a trusted certificate')
    .action((alias: string, options: AdministrationOptions) =>
      withAdministration(options, async ({ trust }) => {
        if (!(await trust.remove(alias))) throw new Refused(`the trust store has no entry ${alias}`);
        print(options, { alias, removed: true }, [`removed ${alias}`]);
      }),
    );

  addFileCommands(truststore);
  return truststore;
}

/** @throws Refused where the file of this node is what counts */
function sharedOr({ shared }: OpenTrustStores): SharedTrust {
  if (shared) return shared;
  throw new Refused('the trust store is the file of this node, for its database is no other node’s');
}

const FILES_OF_NODE = 'it is about the files of this very node';

/** What only nodes that share a database need: the way from their files to what they share, and back. */
function addFileCommands(truststore: Command): void {
  atHomeOnly(withGlobalOptions(truststore.command('adopt'), 'truststore adopt'), FILES_OF_NODE)
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

  atHomeOnly(withGlobalOptions(truststore.command('write-file'), 'truststore write-file'), FILES_OF_NODE)
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
