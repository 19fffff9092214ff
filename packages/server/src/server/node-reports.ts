import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { Certificate } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { FollowedConfiguration, StoreContents } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import { guarded } from '../event/guarded.ts';
import { differenceLine, differencesOf, MISSED_FOR, type NodeReport } from '../storage/node-report.ts';
import type { OpenHome } from './open-home.ts';
import { describeSettings } from './settings.ts';
import { extraOf, nodeName, type SharedTrust } from './shared-trust.ts';
import { VERSION } from './version.ts';

const SECOND = 1000;
const INTERVAL = 10 * SECOND;

type Reported = Pick<
  FollowedConfiguration,
  'file' | 'atStart' | 'now' | 'isFromFile' | 'stores' | 'standing'
>;
type Hashes = Readonly<Record<string, string>>;

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Whatever order and names a store gives them. */
const ofCertificates = (certificates: readonly Certificate[]): string =>
  sha256(JSON.stringify(certificates.map(({ thumbprint }) => thumbprint)));
const ofEntries = (entries: readonly KeyStoreEntry[]): string =>
  sha256(JSON.stringify(entries.map((entry) => entryCertificate(entry)?.thumbprint ?? '').toSorted()));

/** The files of the drop-ins folder, with whatever they may import from there; installed packages by their lock files alone. */
async function ofPlugIns(dropins: string): Promise<Hashes> {
  const found = await readdir(dropins, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !relative(dropins, file).split(sep).includes('node_modules'));
  const hashes = await Promise.all(
    files.map(async (file) => [`plug-in ${relative(dropins, file)}`, sha256(await readFile(file))] as const),
  );
  return Object.fromEntries(hashes);
}

/** What the key stores and the files beside the trust stores hold: they stay files of each node. */
function ofStores({ serverKey, proxyCertificates, outboundAuthorities, trustGroups }: StoreContents): Hashes {
  return {
    'certificate chain of [keystore.primary]': ofCertificates(serverKey.chain),
    ...(proxyCertificates.length > 0 && {
      'pinned_certificate of [transport.proxy]': ofEntries(proxyCertificates),
    }),
    ...(outboundAuthorities.length > 0 && {
      'trusted_certificates_file of [outbound]': ofEntries(outboundAuthorities),
    }),
    ...Object.fromEntries(
      Array.from(trustGroups).flatMap(([name, { crl }]) =>
        crl === undefined ? [] : [[`crl_file of [[trust_group]] ${name}`, sha256(crl)] as const],
      ),
    ),
  };
}

/** What deployment.toml sets, secrets left out; that a home lies elsewhere is no difference. */
async function ofSettings(
  configuration: Pick<FollowedConfiguration, 'file' | 'atStart' | 'now' | 'isFromFile'>,
  home: string,
) {
  const sections = await describeSettings(configuration);
  const set = sections
    .flatMap(({ settings }) => settings)
    .flatMap(({ key, value, source }) =>
      source === 'default' || value === undefined
        ? []
        : [[`${key} of deployment.toml`, sha256(value.replaceAll(home, '<home>'))] as const],
    );
  return Object.fromEntries(set);
}

/** A hash of each file and setting of a home that is its node's own. */
export async function hashesOf(
  home: string,
  configuration: Pick<FollowedConfiguration, 'file' | 'atStart' | 'now' | 'isFromFile' | 'stores'>,
): Promise<Hashes> {
  return {
    ...ofStores(configuration.stores()),
    ...(await ofPlugIns(homePaths(home).dropins)),
    ...(await ofSettings(configuration, home)),
  };
}

/** What a home says of itself, whether or not a server runs in it. */
export async function reportOf(
  { home, clock }: Pick<OpenHome, 'home' | 'clock'>,
  configuration: Reported,
  shared: Pick<SharedTrust, 'fileStates'>,
): Promise<NodeReport> {
  const now = clock();
  const { broken } = configuration.standing();
  return {
    node: nodeName(home),
    host: hostname(),
    home,
    version: VERSION,
    started_at: now,
    seen_at: now,
    files: await hashesOf(home, configuration),
    ...(broken.length > 0 && {
      broken: broken.map(({ file, error }) => ({ file, message: error.message })),
    }),
    extra: (await shared.fileStates()).flatMap(extraOf),
  };
}

/**
 * Reports this node, and goes on doing so; says in the log what it has that other nodes have not, once each.
 * Plug-ins are those that were there at the start, which are the ones that run.
 */
export async function startNodeReports(
  opened: Pick<OpenHome, 'home' | 'storage' | 'events' | 'log' | 'clock'>,
  configuration: Reported,
  shared: Pick<SharedTrust, 'fileStates'>,
): Promise<{ close(): Promise<void> }> {
  const { home, storage, events, log, clock } = opened;
  const started_at = clock();
  const plugIns = await ofPlugIns(homePaths(home).dropins);
  const told = new Set<string>();

  const report = async () => {
    const said = await reportOf(opened, configuration, shared);
    const files = Object.fromEntries(
      Object.entries(said.files).filter(([name]) => !name.startsWith('plug-in ')),
    );
    await storage.nodes.report(
      { ...said, started_at, files: { ...files, ...plugIns } },
      said.seen_at + MISSED_FOR,
    );
    for (const difference of differencesOf(await storage.nodes.list(clock()))) {
      const line = differenceLine(difference);
      if (told.has(line)) continue;
      told.add(line);
      log.warn(difference, line);
    }
  };
  const reportUnlessAway = () =>
    report().catch((error: unknown) => log.debug({ err: error }, 'this node could not report itself'));

  await reportUnlessAway();
  const timer = setInterval(guarded('reporting this node', events, reportUnlessAway), INTERVAL).unref();
  return {
    async close() {
      clearInterval(timer);
      await storage.nodes.remove(nodeName(home)).catch(() => {});
    },
  };
}
