import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { isExtensionGrantType } from '../client/client-registration.ts';
import { withinDeadline } from '../client-authentication/plug-in.ts';
import type { PlugInAuthenticator, PlugInGrant } from '../plug-in.ts';

/** Thrown when a file in the drop-ins folder cannot be used; stops the start. */
export class InvalidPlugIn extends Error {
  override readonly name = 'InvalidPlugIn';
}

/** What the drop-ins folder holds. */
export type PlugIns = {
  /** By name. */
  readonly authenticators: ReadonlyMap<string, PlugInAuthenticator>;
  /** By grant type. */
  readonly grants: ReadonlyMap<string, PlugInGrant>;
};

const GrantShape = z.object({ kind: z.literal('grant'), grant_type: z.string(), plan: z.function() });
const AuthenticatorShape = z.object({
  kind: z.literal('authenticator').optional(),
  name: z.string().min(1),
  authenticate: z.function(),
});
// The exported objects themselves and no copies, so that their methods keep their own `this`.
const Grant = z.custom<PlugInGrant>((value) => GrantShape.safeParse(value).success);
const Authenticator = z.custom<PlugInAuthenticator>((value) => AuthenticatorShape.safeParse(value).success);
const Module = z.object({ default: z.union([Grant, Authenticator]) });

async function exportOf(path: string): Promise<PlugInGrant | PlugInAuthenticator> {
  let exported: unknown;
  try {
    exported = await withinDeadline(import(pathToFileURL(path).href));
  } catch (cause) {
    throw new InvalidPlugIn(`${path} cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const parsed = Module.safeParse(exported);
  if (parsed.success) return parsed.data.default;
  throw new InvalidPlugIn(
    `${path} has no default export with a name and an authenticate function, or with kind "grant", a grant_type and a plan function`,
  );
}

/**
 * Loads every `*.ts` and `*.mjs` file of a folder. One that cannot be used stops the start, because a missing plug-in
 * may be one that refuses; once loaded, none sees the failures of another.
 * @throws InvalidPlugIn naming the file that cannot be loaded, exports no plug-in, or repeats a name or grant type
 */
export async function loadPlugIns(folder: string): Promise<PlugIns> {
  const files = (await readdir(folder))
    .filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith('.d.ts'))
    .sort();
  const authenticators = new Map<string, PlugInAuthenticator>();
  const grants = new Map<string, PlugInGrant>();
  for (const file of files) {
    const path = join(folder, file);
    const plugIn = await exportOf(path);
    if (plugIn.kind !== 'grant') {
      const { name } = plugIn;
      if (authenticators.has(name)) throw new InvalidPlugIn(`${path}: the name ${name} is used twice`);
      authenticators.set(name, plugIn);
      continue;
    }
    const { grant_type } = plugIn;
    if (!isExtensionGrantType(grant_type)) {
      throw new InvalidPlugIn(
        `${path}: the grant_type ${JSON.stringify(grant_type)} is not an absolute URI outside urn:ietf: and urn:openid:`,
      );
    }
    if (grants.has(grant_type))
      throw new InvalidPlugIn(`${path}: the grant_type ${grant_type} is used twice`);
    grants.set(grant_type, plugIn);
  }
  return { authenticators, grants };
}
