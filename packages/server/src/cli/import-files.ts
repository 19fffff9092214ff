import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { Certificate } from '@countersign/x509';
import { entryCertificate, isKeyStore, readKeyStore } from '@countersign/x509/key-store';
import { normalisedThumbprint } from '../config/sections/values.ts';
import type { GivenCertificate, InputFile } from '../move/source.ts';
import { certificatesOfFile, readNamedFile } from './certificate-file.ts';
import { Refused, UsageError } from './run-command.ts';

const fileAt = (path: string, name: string): InputFile => ({ name, octets: () => createReadStream(path) });

/**
 * The files that an import is given, and those in its folders at any depth, by name; what begins with a dot is left out.
 * @throws UsageError for what cannot be read
 */
export async function inputFiles(paths: readonly string[]): Promise<readonly InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) {
        files.push(fileAt(path, basename(path)));
        continue;
      }
      const entries = await readdir(path, { withFileTypes: true, recursive: true });
      const found = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => ({ file, name: relative(path, file).split(sep).join('/') }))
        .filter(({ name }) => !name.split('/').some((part) => part.startsWith('.')));
      found.sort((one, other) => (one.name < other.name ? -1 : 1));
      files.push(...found.map(({ file, name }) => fileAt(file, name)));
    } catch (error) {
      throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (files.length === 0) throw new UsageError(`there is no file in ${paths.join(', ')}`);
  return files;
}

/** @throws Refused for a store that cannot be opened, or a file without a certificate */
async function certificatesIn(
  file: string,
  password: string,
): Promise<readonly Omit<GivenCertificate, 'isAuthority'>[]> {
  const bytes = await readNamedFile(file);
  if (isKeyStore(bytes)) {
    try {
      return (await readKeyStore(bytes, password)).flatMap((entry) => {
        const certificate = entryCertificate(entry);
        return certificate ? [{ alias: entry.alias, der: certificate.der }] : [];
      });
    } catch (error) {
      throw new Refused(`${file}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const alias = basename(file).replace(/\.[^.]+$/, '');
  return certificatesOfFile(file, bytes).map(({ der }, index) => ({
    alias: index === 0 ? alias : `${alias}-${index + 1}`,
    der,
  }));
}

/**
 * The certificates that are given beside the files.
 * @param password of those that are key stores
 * @param authorities aliases or thumbprints of those that vouch for clients
 * @throws UsageError where one of these is not among them, Refused for a file that cannot be read as certificates
 */
export async function givenCertificates(
  files: readonly string[],
  password: string,
  authorities: readonly string[],
): Promise<readonly GivenCertificate[]> {
  const given = new Map<string, Omit<GivenCertificate, 'isAuthority'>>();
  for (const file of files) {
    for (const certificate of await certificatesIn(file, password)) {
      const thumbprint = Certificate.fromDer(certificate.der).thumbprint;
      if (!given.has(thumbprint)) given.set(thumbprint, certificate);
    }
  }
  const named = new Set<string>();
  for (const authority of authorities) {
    const thumbprint = [...given].find(
      ([each, { alias }]) =>
        alias.toLowerCase() === authority.toLowerCase() || each === normalisedThumbprint(authority),
    )?.[0];
    if (thumbprint === undefined) {
      const aliases = [...given.values()].map(({ alias }) => alias).join(', ');
      throw new UsageError(
        `--authority ${authority}: no certificate of --trust has this alias or thumbprint; there ${aliases === '' ? 'is none' : `are ${aliases}`}`,
      );
    }
    named.add(thumbprint);
  }
  return [...given].map(([thumbprint, certificate]) => ({
    ...certificate,
    isAuthority: named.has(thumbprint),
  }));
}
