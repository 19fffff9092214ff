import { certificateToPem } from '@countersign/x509';
import { CONSOLE_CLIENT_ID } from '../admin/console-client.ts';
import { writeExportFile } from '../move/countersign/export-file.ts';
import { EXPORT_FORMAT, type ExportExtra, type Written } from '../move/countersign/export-format.ts';
import { type ExportedTrust, exportedRecords } from '../move/countersign/exported-records.ts';
import { atOneMoment } from '../storage/snapshot.ts';
import { type OpenHome, storageOptionsOf } from './open-home.ts';
import { settingsOfFile } from './settings.ts';
import type { OpenTrustStores } from './trust-stores.ts';
import { VERSION } from './version.ts';

/** What is not in an export, and why. */
export type LeftOut = { readonly what: string; readonly why: string };

type ExportOptions = {
  /** Where it is written; nothing may be there. */
  readonly file: string;
  readonly extras: readonly ExportExtra[];
  /** What it is encrypted with; plain where absent. */
  readonly password: string | undefined;
  /** Told how many records are written, each time. */
  readonly progress?: (done: number) => void;
};

/** The certificates of the trust stores, with the roles that somebody gave them, in the order of their names. */
async function trustedIn(
  { stores, roles }: Pick<OpenTrustStores, 'stores' | 'roles'>,
  leave: (what: string, why: string) => void,
): Promise<readonly ExportedTrust[]> {
  const named = new Map((await roles.list()).map(({ thumbprint, role }) => [thumbprint, role]));
  const found: ExportedTrust[] = [];
  for (const { group, entries } of (await stores.list()).stores) {
    const sorted = entries.toSorted((a, b) => (a.alias.toLowerCase() < b.alias.toLowerCase() ? -1 : 1));
    for (const entry of sorted) {
      if (entry.kind !== 'trusted-certificate') {
        leave(`trusted_certificate ${entry.alias}`, 'it is a private key, which moves nowhere by itself');
        continue;
      }
      found.push({
        alias: entry.alias,
        certificate: certificateToPem(entry.certificate),
        role: named.get(entry.certificate.thumbprint) ?? 'by_rule',
        ...(group !== undefined && { trust_group: group }),
      });
    }
  }
  return found;
}

/**
 * Writes what another server of this kind needs into one file, as of one moment.
 * @returns what was written, and what could not be
 * @throws RelocationRefused where the file is there; CannotUnseal, StorageUnavailable
 */
export async function exportHome(
  opened: Pick<OpenHome, 'configuration' | 'clock'>,
  trust: Pick<OpenTrustStores, 'stores' | 'roles'>,
  { file, extras, password, progress = () => {} }: ExportOptions,
): Promise<Written & { readonly leftOut: readonly LeftOut[] }> {
  const { atStart } = opened.configuration;
  const leftOut: LeftOut[] = [];
  const leave = (what: string, why: string) => void leftOut.push({ what, why });
  const given = {
    encryptionKey: atStart.encryption.key,
    trusted: await trustedIn(trust, leave),
    settings: await settingsOfFile(opened.configuration),
    extras,
    ownClients: [CONSOLE_CLIENT_ID],
    leftOut: leave,
  };
  const header = {
    countersign_export: EXPORT_FORMAT,
    program: VERSION,
    server: atStart.server.base_url,
    with: [...extras],
  } as const;
  const written = await atOneMoment(
    storageOptionsOf(atStart),
    ({ record, why }) => leave(record, why),
    (snapshot) => {
      const records = exportedRecords({ ...given, snapshot, now: opened.clock() });
      return writeExportFile({ file, header, records, password, progress });
    },
  );
  return { ...written, leftOut };
}
