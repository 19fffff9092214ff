import { ownMember } from '../own-member.ts';
import { SECTIONS } from './deployment-schema.ts';
import type { KnownKey, KnownSection } from './key-notes.ts';
import type { Path } from './toml-source.ts';

/** Why a setting is changed in `deployment.toml` alone, by whoever may write that file. */
export const FIXED_REASONS = [
  /** Only the next start takes it up. */
  'restart',
  /** It is a secret. */
  'secret',
  /** It names a file of the machine, which the server would then read. */
  'machine',
  /** It says whom the server believes, or lets in. */
  'trust',
  /** It says what the server may reach. */
  'reach',
  /** It says how long what happened stays known. */
  'evidence',
  /** Others refer to what it names. */
  'name',
  /** It is no plain value or list of these. */
  'form',
] as const;
export type FixedReason = (typeof FIXED_REASONS)[number];

/** Live keys and sections that stay with whoever may write the file, by their dotted names without list positions. */
const FIXED: Readonly<Record<string, FixedReason>> = {
  'keystore.primary': 'machine',
  'truststore.file_name': 'machine',
  'truststore.type': 'machine',
  truststore: 'trust',
  'transport.proxy': 'trust',
  'aliases.jwks': 'trust',
  outbound: 'reach',
  admin_console: 'trust',
  'trust_group.name': 'name',
  'trust_group.file_name': 'machine',
  'trust_group.type': 'machine',
  'trust_group.crl_file': 'machine',
  'registration.software_statement_authority': 'trust',
  'resource.identifier': 'name',
  'webhook.id': 'name',
  'branding.logo_file': 'machine',
  events: 'evidence',
};

/** Of a name, the entry for it or for the nearest section around it. */
function fixedFor(path: readonly string[]): FixedReason | undefined {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.');
    const fixed = ownMember(FIXED, name);
    if (fixed) return fixed;
  }
  return undefined;
}

/** Why a key cannot be changed over the admin API; undefined where it can. */
export function whyFixed(
  { path, notes, form }: KnownKey,
  { repeated, notes: section }: KnownSection,
): FixedReason | undefined {
  if (notes.secret) return 'secret';
  const fixed = fixedFor(path);
  if (fixed) return fixed;
  if (notes.reload !== 'live' || (repeated && section.reload !== 'live')) return 'restart';
  return form === undefined ? 'form' : undefined;
}

/** The names of {@link FIXED}, for the test that each is one of the schema. */
export const fixedNames = (): readonly string[] => Object.keys(FIXED);

/** A key of the file as the admin API writes it, such as `trust_group[0].revocation`: its path, and what is known of it. */
export function settingNamed(
  name: string,
): { readonly path: Path; readonly section: KnownSection; readonly known: KnownKey } | undefined {
  const path: Path = name.split('.').flatMap((step): Path => {
    const [, list, index] = /^([a-z_A-Z]+)\[(\d{1,4})\]$/.exec(step) ?? [];
    return list === undefined ? [step] : [list, Number(index)];
  });
  const names = path.filter((step) => typeof step === 'string');
  for (const section of SECTIONS) {
    const known = section.keys.find((each) => each.path.join('.') === names.join('.'));
    if (!known) continue;
    // A table of a list is named by its place there, and by nothing else.
    const expected = section.repeated ? [...section.path, 0, ...names.slice(section.path.length)] : names;
    const fits =
      expected.length === path.length && expected.every((step, at) => typeof step === typeof path[at]);
    return fits ? { path, section, known } : undefined;
  }
  return undefined;
}
