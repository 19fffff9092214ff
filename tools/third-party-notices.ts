import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package whose code is in what is published. */
export type Part = {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly license: string;
};

/** A part with its licence, word for word. */
export type LicensedPart = Part & { readonly texts: readonly string[] };

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function manifestAt(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? { ...manifest } : undefined;
  } catch {
    return undefined;
  }
}

/** The files that hold its licence, or where there is none what its README says under that heading. */
function licencesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).sort();
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  const files = names.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length > 0) return files.map(read);
  return names
    .filter((name) => /^readme/i.test(name))
    .flatMap((name) => /^#+ *licen[cs]e\b.*\n+([^#]+)/im.exec(read(name))?.[1]?.trim() ?? []);
}

/** The package that a module below `node_modules` belongs to; some have manifests of folders too, without a version. */
function packageOf(module: string): LicensedPart {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestAt(folder);
    const [name, version, license] = [manifest?.name, manifest?.version, manifest?.license].map(text);
    if (name === undefined || version === undefined) continue;
    const texts = licencesIn(folder);
    if (license === undefined || texts.length === 0) {
      throw new Error(`${name} ${version} has no licence in ${folder}: it cannot be part of a bundle`);
    }
    return { name, version, license, texts };
  }
  throw new Error(`${module} belongs to no package`);
}

/**
 * The packages whose code is in a bundle, by name.
 * @param modules the files that went into it
 * @throws Error when a package says nothing of its licence
 */
export function partsOf(modules: Iterable<string>): readonly LicensedPart[] {
  const parts = new Map<string, LicensedPart>();
  for (const module of modules) {
    if (!/[\\/]node_modules[\\/]/.test(module)) continue;
    const part = packageOf(module);
    parts.set(`${part.name} ${part.version}`, part);
  }
  return [...parts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, part]) => part);
}

/** What has to be told of other people's code: Markdown. */
export function thirdPartyNotices(parts: readonly LicensedPart[]): string {
  const sections = parts.map(
    ({ name, version, license, texts }) =>
      `## ${name} ${version}\n\n${license}\n\n${texts.map(fenced).join('\n\n')}\n`,
  );
  return `# What others wrote\n\nThe code in this package holds parts of these packages, under their licences.\n\n${sections.join('\n')}`;
}

const fenced = (licence: string) => `\`\`\`\`text\n${licence}\n\`\`\`\``;
