import type { MovedPerson } from '../record.ts';
import type { Finding, MovedItem, SourceInput } from '../source.ts';
import { type Attribute, claimsOf } from './person-claims.ts';
import type { TableFile, Wso2Files } from './read-files.ts';
import { storedPassword } from './stored-password.ts';
import { PRIMARY, SUBJECTS, subjectOf, subjectSetting, usernameOf } from './subject.ts';
import { userFinding } from './user-fields.ts';
import { primaryStoreOf, storeNamed, type UserStore } from './user-stores.ts';
import { isTrue, type TableRow, tableRows } from './user-tables.ts';

/** The tenant that an installation has from the beginning; others are namespaces of their own. */
const SUPER_TENANT = '-1234';

/** One thing that the identity database knows of somebody, such as a lock. */
type IdentityDatum = { readonly key: string; readonly value: string };

/** What stands beside the rows of people. */
type Beside = {
  readonly stores: readonly UserStore[];
  readonly attributes: ReadonlyMap<string, readonly Attribute[]>;
  readonly identity: ReadonlyMap<string, readonly IdentityDatum[]>;
};

/**
 * The user store that a dump is of: as `--set user_store.FILE=DOMAIN` says, else by the end of the file's name
 * (`users-PARTNERS.csv`) or its folder where a store is called so; else the primary one.
 */
function domainOf(
  { file: { name }, table }: TableFile,
  stores: readonly UserStore[],
  settings: Readonly<Record<string, string>>,
): string {
  const said = settings[`user_store.${name}`];
  if (said !== undefined) return said.toUpperCase();
  const folders = name.toUpperCase().split('/');
  const stem = folders.pop()?.replace(/\.CSV$/, '') ?? '';
  const known = stores.find(
    ({ domain }) =>
      domain !== PRIMARY &&
      (stem === domain ||
        folders.includes(domain) ||
        SEPARATORS.some((each) => stem.endsWith(each + domain))),
  );
  if (known) return known.domain;
  const [, suffix] = /^(?:USERS|UM_USER)[-_.]([A-Z0-9][A-Z0-9-]*)$/.exec(stem) ?? [];
  return (table === 'users' ? suffix : undefined) ?? PRIMARY;
}

const SEPARATORS = ['-', '_', '.'];

const keyOf = (domain: string, name: string): string => `${domain}\n${name.toLowerCase()}`;

function addTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

const isOfTenant = (row: TableRow, column: string, tenant: string): boolean =>
  (row.text(column) ?? SUPER_TENANT) === tenant;

/** What the other tables say, by whom: attributes by the row's number, locks by name. */
async function readBeside(files: Wso2Files, settings: Readonly<Record<string, string>>): Promise<Beside> {
  const tenant = settings.tenant ?? SUPER_TENANT;
  const primary = files.deployments.flatMap(({ text }) => primaryStoreOf(text) ?? []).slice(0, 1);
  const stores = [...files.stores, ...primary];
  const attributes = new Map<string, Attribute[]>();
  const identity = new Map<string, IdentityDatum[]>();
  for (const each of files.tables) {
    const { file, table } = each;
    if (table === 'users') continue;
    const domain = domainOf(each, stores, settings);
    for await (const row of tableRows(file)) {
      if (table === 'attributes') {
        const [name, value, id] = ['UM_ATTR_NAME', 'UM_ATTR_VALUE', 'UM_USER_ID'].map((each) =>
          row.text(each),
        );
        if (name === undefined || value === undefined || id === undefined) continue;
        if (isOfTenant(row, 'UM_TENANT_ID', tenant)) addTo(attributes, keyOf(domain, id), { name, value });
        continue;
      }
      const [name, key, value = ''] = ['USER_NAME', 'DATA_KEY', 'DATA_VALUE'].map((each) => row.text(each));
      if (name === undefined || key === undefined || !isOfTenant(row, 'TENANT_ID', tenant)) continue;
      const [, of = PRIMARY, bare = name] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
      addTo(identity, keyOf(of.toUpperCase(), bare), { key: key.slice(key.lastIndexOf('/') + 1), value });
    }
  }
  return { stores, attributes, identity };
}

/** What keeps somebody out, or has to be done first. */
function standing(row: TableRow, attributes: readonly Attribute[], identity: readonly IdentityDatum[]) {
  const data = [...identity, ...attributes.map(({ name, value }) => ({ key: name, value }))];
  const isSet = (...keys: readonly string[]) =>
    data.some(({ key, value }) => keys.includes(key) && value.toLowerCase() === 'true');
  const state = data.find(({ key }) => key === 'accountState')?.value.toUpperCase();
  const findings: Finding[] = [];
  const required_actions: MovedPerson['required_actions'] = [];
  const isLocked = isSet('accountLocked', 'accountLock') || state === 'LOCKED';
  const isDisabled = isSet('accountDisabled') || state === 'DISABLED';
  if (isLocked) findings.push(userFinding('accountLocked'));
  if (isDisabled) findings.push(userFinding('accountDisabled'));
  if (isTrue(row.text('UM_REQUIRE_CHANGE')) || isSet('adminForcedPasswordReset', 'forcePasswordReset')) {
    required_actions.push('update_password');
    findings.push(userFinding('UM_REQUIRE_CHANGE'));
  }
  if (isSet('totpEnabled') || data.some(({ key }) => key === 'secretkey')) {
    required_actions.push('configure_totp');
    findings.push(userFinding('secretkey'));
  }
  return { enabled: !isLocked && !isDisabled, required_actions, findings };
}

/** The password of a row, with what is said of it; none where it cannot be checked here. */
function passwordOf(row: TableRow, domain: string, stores: readonly UserStore[], input: SourceInput) {
  const field = 'UM_USER_PASSWORD';
  const store = storeNamed(domain, stores, input.answers.settings);
  const setting = domain === PRIMARY ? 'password_digest' : `password_digest.${domain}`;
  if (!store) {
    const why = `Nothing says how the user store ${domain} keeps passwords: give its configuration (deployment.toml, userstores/${domain}.xml), or say --set ${setting}=SHA-256.`;
    return { kind: 'asked', finding: userFinding(field, { outcome: 'asked', why }) } as const;
  }
  const written = row.text(field);
  const stored =
    written === undefined
      ? ({ kind: 'unusable', why: 'the row has none' } as const)
      : storedPassword(written, row.text('UM_SALT_VALUE'), store);
  if (stored.kind === 'unusable') {
    const why = `Not taken, for ${stored.why}: an administrator sets another.`;
    return { kind: 'none', finding: userFinding(field, { outcome: 'lost', why }) } as const;
  }
  const why = `${stored.as}: checked as it was typed there, and hashed as this server does at the next sign-in.`;
  return { kind: 'taken', password: stored.password, finding: userFinding(field, { why }) } as const;
}

/** What becomes of one row. */
function personOf(row: TableRow, domain: string, beside: Beside, input: SourceInput): MovedItem {
  const { settings } = input.answers;
  const tenant = settings.tenant ?? SUPER_TENANT;
  const name = row.text('UM_USER_NAME') ?? '';
  const username = usernameOf(name, domain);
  const item = { kind: 'person', name: username || `line ${row.line}` } as const;
  const out = (finding: Finding): MovedItem => ({ ...item, findings: [finding] });
  if (name === '') {
    return out(userFinding('UM_USER_NAME', { outcome: 'lost', why: `Line ${row.line} has no user name.` }));
  }
  if (!isOfTenant(row, 'UM_TENANT_ID', tenant)) {
    const why = `Of the tenant ${row.text('UM_TENANT_ID')}, another namespace of names; this import is of ${tenant} (--set tenant=…).`;
    return out(userFinding('UM_TENANT_ID', { why }));
  }
  const subject = subjectSetting(settings);
  if (subject === undefined) {
    const why = `What sub was to clients must be said, or everybody’s changes: --set subject=${SUBJECTS.join('|')}. From 7 on it usually is user_id, before username.`;
    return out(userFinding('UM_USER_ID', { outcome: 'asked', why }));
  }
  const sub = subjectOf(subject, { name, user_id: row.text('UM_USER_ID'), domain });
  if (sub === undefined) {
    const why = 'The row has no UM_USER_ID: say --set subject=username.';
    return out(userFinding('UM_USER_ID', { outcome: 'asked', why }));
  }
  const password = passwordOf(row, domain, beside.stores, input);
  if (password.kind === 'asked') return out(password.finding);
  const id = row.text('UM_ID');
  const attributes = (id !== undefined && beside.attributes.get(keyOf(domain, id))) || [];
  const user_id = row.text('UM_USER_ID');
  const identity = [
    ...(beside.identity.get(keyOf(domain, name)) ?? []),
    ...((user_id !== undefined && beside.identity.get(keyOf(domain, user_id))) || []),
  ];
  const { enabled, required_actions, findings } = standing(row, attributes, identity);
  const { claims, findings: ofClaims } = claimsOf(attributes);
  const record: MovedPerson = {
    kind: 'person',
    username,
    sub,
    enabled,
    claims,
    ...(password.kind === 'taken' && { password: password.password }),
    required_actions,
    totp: [],
    certificates: [],
    groups: [],
    roles: [],
  };
  const ofSubject: Finding = { field: 'UM_USER_ID', ours: 'sub', outcome: 'same', why: `The ${subject}.` };
  return { ...item, record, findings: [ofSubject, password.finding, ...findings, ...ofClaims] };
}

/** Everybody of the dumps of `UM_USER`, one after the other. @throws UnreadableSource */
export async function* peopleOf(files: Wso2Files, input: SourceInput): AsyncGenerator<MovedItem> {
  const dumps = files.tables.filter(({ table }: TableFile) => table === 'users');
  if (dumps.length === 0) return;
  const beside = await readBeside(files, input.answers.settings);
  for (const dump of dumps) {
    const domain = domainOf(dump, beside.stores, input.answers.settings);
    for await (const row of tableRows(dump.file)) yield personOf(row, domain, beside, input);
  }
}
