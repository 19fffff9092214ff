import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedClaims } from '../claim/claim-plug-in.ts';
import { isExtensionGrantType } from '../client/client-registration.ts';
import type { LoadedAuthenticator } from '../client-authentication/plug-in.ts';
import type { StartSettings } from '../config/settings.ts';
import type { LoadedGrant } from '../grant/plug-in-grant.ts';
import {
  ExportsNoPlugIn,
  HostedPlugIn,
  type PlugInLimits,
  type PlugInReport,
} from '../plug-in-process/hosted-plug-in.ts';
import type { PlugInNames } from '../plug-in-process/messages.ts';

/** Thrown when a file in the drop-ins folder cannot be used; stops the start. */
export class InvalidPlugIn extends Error {
  override readonly name = 'InvalidPlugIn';
}

/** What the drop-ins folder holds. */
export type PlugIns = {
  /** By name. */
  readonly authenticators: ReadonlyMap<string, LoadedAuthenticator>;
  /** By grant type. */
  readonly grants: ReadonlyMap<string, LoadedGrant>;
  /** By name. */
  readonly claims: ReadonlyMap<string, LoadedClaims>;
  /** Ends the processes they run in. */
  close(): Promise<void>;
};

type PlugInSettings = StartSettings['plug_ins'];

export type LoadOptions = {
  readonly settings?: PlugInSettings;
  /** Told what becomes of the plug-in of a file; nobody is told when left out. */
  readonly reportOn?: (file: string) => PlugInReport;
};

const DEFAULT_SETTINGS: PlugInSettings = { memory_limit: 128, time_limit: 5, environment: [] };
const LOAD_LIMIT_MS = 10_000;
const UNHEARD: PlugInReport = { failed() {}, started() {}, printed() {} };

const limitsOf = ({ memory_limit, time_limit, environment }: PlugInSettings): PlugInLimits => ({
  memoryLimit: memory_limit,
  timeLimit: time_limit * 1000,
  environment,
  loadLimit: LOAD_LIMIT_MS,
});

type Started = { readonly path: string; readonly hosted: HostedPlugIn; readonly names: PlugInNames };

/** @throws InvalidPlugIn */
async function startPlugIn(path: string, limits: PlugInLimits, report: PlugInReport): Promise<Started> {
  try {
    return { path, ...(await HostedPlugIn.start(path, limits, report)) };
  } catch (cause) {
    if (cause instanceof ExportsNoPlugIn) {
      throw new InvalidPlugIn(
        `${path} has no default export with a name and an authenticate function, with kind "grant", a grant_type and a plan function, or with kind "claims", a name and a give function`,
      );
    }
    throw new InvalidPlugIn(`${path} cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

/** @throws InvalidPlugIn */
function named(plugIns: readonly Started[]): Omit<PlugIns, 'close'> {
  const authenticators = new Map<string, LoadedAuthenticator>();
  const grants = new Map<string, LoadedGrant>();
  const claims = new Map<string, LoadedClaims>();
  for (const { path, hosted, names } of plugIns) {
    if (names.kind === 'claims') {
      const { name } = names;
      if (claims.has(name)) throw new InvalidPlugIn(`${path}: the name ${name} is used twice`);
      claims.set(name, { name, give: (request) => hosted.ask({ ask: 'give', request }) });
      continue;
    }
    if (names.kind === 'authenticator') {
      const { name } = names;
      if (authenticators.has(name)) throw new InvalidPlugIn(`${path}: the name ${name} is used twice`);
      authenticators.set(name, {
        name,
        authenticate: (request, properties) => hosted.ask({ ask: 'authenticate', request, properties }),
      });
      continue;
    }
    const { grant_type } = names;
    if (!isExtensionGrantType(grant_type)) {
      throw new InvalidPlugIn(
        `${path}: the grant_type ${JSON.stringify(grant_type)} is not an absolute URI outside urn:ietf: and urn:openid:`,
      );
    }
    if (grants.has(grant_type))
      throw new InvalidPlugIn(`${path}: the grant_type ${grant_type} is used twice`);
    grants.set(grant_type, { grant_type, plan: (request) => hosted.ask({ ask: 'plan', request }) });
  }
  return { authenticators, grants, claims };
}

/**
 * Loads every `*.ts` and `*.mjs` file of a folder, each in a process of its own. One that cannot be used stops the start,
 * because a missing plug-in may be one that refuses; once loaded, none sees the failures of another.
 * @throws InvalidPlugIn naming the file that cannot be loaded, exports no plug-in, or repeats a name or grant type
 */
export async function loadPlugIns(
  folder: string,
  { settings = DEFAULT_SETTINGS, reportOn = () => UNHEARD }: LoadOptions = {},
): Promise<PlugIns> {
  // A home that is read-only need not have the folder.
  const there = await readdir(folder).catch((error) => {
    if ('code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files = there.filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith('.d.ts')).sort();
  const limits = limitsOf(settings);
  const loaded = await Promise.allSettled(
    files.map((file) => startPlugIn(join(folder, file), limits, reportOn(file))),
  );
  const started = loaded.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const close = async () => {
    await Promise.all(started.map(({ hosted }) => hosted.close()));
  };
  try {
    for (const each of loaded) if (each.status === 'rejected') throw each.reason;
    return { ...named(started), close };
  } catch (error) {
    await close();
    throw error;
  }
}
