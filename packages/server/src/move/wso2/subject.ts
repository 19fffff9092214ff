/** What of a person was `sub` there, as the operator says by `--set subject=…`. */
export const SUBJECTS = [
  'user_id',
  'username',
  'username_with_domain',
  'username_with_tenant',
  'username_with_domain_and_tenant',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** The operator's answer, where it is one. */
export const subjectSetting = (settings: Readonly<Record<string, string>>): Subject | undefined =>
  SUBJECTS.find((known) => known === settings.subject);

/** The name of the user store that has no name. */
export const PRIMARY = 'PRIMARY';

/** The name a person signs in with: those of a secondary store have it before their own. */
export const usernameOf = (name: string, domain: string): string =>
  domain === PRIMARY ? name : `${domain}/${name}`;

/**
 * The `sub` a person had.
 * @returns undefined where the row does not hold what it is made of
 */
export function subjectOf(
  subject: Subject,
  person: { readonly name: string; readonly user_id: string | undefined; readonly domain: string },
): string | undefined {
  if (subject === 'user_id') return person.user_id;
  const name = subject.includes('domain') ? usernameOf(person.name, person.domain) : person.name;
  return subject.includes('tenant') ? `${name}@carbon.super` : name;
}
