import { parse, stringify, TomlError } from 'smol-toml';
import { findingOf } from '../finding.ts';
import { type Finding, type MovedItem, type SourceInput, UnreadableSource } from '../source.ts';
import {
  DEPLOYMENT_FIELDS,
  type DeploymentField,
  type KeyVerdict,
  type TomlValue,
} from './deployment-fields.ts';

type Table = Readonly<Record<string, unknown>>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The built-in client authenticator under its name on the page. */
const AUTHENTICATOR =
  'org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator';

/** Every key with its value, tables walked through; a list of tables is one value. */
function* keysOf(table: Table, path = ''): Generator<readonly [path: string, value: TomlValue]> {
  for (const [name, value] of Object.entries(table)) {
    const own = path === '' ? name : `${path}.${name}`;
    if (isTable(value)) yield* keysOf(value, own);
    else yield [own, value];
  }
}

/** WSO2's references to other keys and to properties of Java, which nothing here resolves; `$env{…}` is known. */
const isReference = (value: TomlValue): boolean =>
  typeof value === 'string' && /\$(?:ref|sys|secret)?\{/.test(value);

const fieldOf = (path: string): DeploymentField | undefined =>
  DEPLOYMENT_FIELDS.find(({ field, whole }) => path === field || (whole && path.startsWith(`${field}.`)));

type Translated = { readonly findings: readonly Finding[]; readonly keys: Table };

function translatedKey(
  path: string,
  value: TomlValue,
  settings: Readonly<Record<string, string>>,
): Translated {
  const field = fieldOf(path);
  if (field === undefined) {
    return { findings: [{ field: path, outcome: 'lost', why: 'Nothing here goes by this key.' }], keys: {} };
  }
  const finding = (verdict: KeyVerdict): Finding => findingOf(field, { at: path, ...verdict });
  if (field.outcome !== 'lost' && isReference(value)) {
    const why = 'A reference of WSO2’s is not resolved: write the value.';
    return { findings: [finding({ outcome: 'lost', why })], keys: {} };
  }
  const verdict = field.judge(value, settings);
  return verdict ? { findings: [finding(verdict)], keys: verdict.keys ?? {} } : { findings: [], keys: {} };
}

/** The listeners that are client authenticators of this server; the page's is its own. */
function translatedListeners(value: TomlValue): Translated & { readonly listeners: readonly Table[] } {
  const listeners = (Array.isArray(value) ? value : []).filter(isTable);
  const own = listeners.filter(({ name }) => name === AUTHENTICATOR);
  const findings = listeners.map(({ id, name }): Finding => {
    const field = `event_listener ${JSON.stringify(id ?? name ?? '')}`;
    return name === AUTHENTICATOR
      ? { field, ours: 'event_listener', outcome: 'same', why: 'The same authenticator, order and switch.' }
      : {
          field,
          outcome: 'lost',
          why: `${JSON.stringify(name ?? '')} is no client authenticator of this server.`,
        };
  });
  const kept = own.map((listener) =>
    Object.fromEntries(
      Object.entries(listener).filter(([name]) => ['id', 'type', 'name', 'order', 'enable'].includes(name)),
    ),
  );
  return { findings, keys: {}, listeners: kept };
}

/** Tables of keys with dots in their names. */
function nested(keys: Table): Table {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(keys)) {
    const names = path.split('.');
    const last = names.pop();
    let table = root;
    for (const name of names) {
      const below = table[name];
      const next: Record<string, unknown> = isTable(below) ? below : {};
      table[name] = next;
      table = next;
    }
    if (last !== undefined) table[last] = value;
  }
  return root;
}

/** @throws UnreadableSource */
function readToml(text: string, name: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UnreadableSource(`${name}, line ${error.line}, column ${error.column}: is not TOML`);
  }
}

/**
 * A `deployment.toml` of WSO2's, translated: what of it this server's own file would say, and what becomes of each key.
 * Nothing puts it in place.
 * @throws UnreadableSource
 */
export function translatedDeployment(
  { name, text }: { readonly name: string; readonly text: string },
  settings: Readonly<Record<string, string>>,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const { event_listener, ...table } = readToml(text, name);
  const each = [...keysOf(table)].map(([path, value]) => translatedKey(path, value, settings));
  const { listeners, findings } = translatedListeners(event_listener);
  const keys = Object.assign({}, ...each.map((translated) => translated.keys));
  const tables = { ...nested(keys), ...(listeners.length > 0 && { event_listener: listeners }) };
  const introduction = [
    `# ${name} of WSO2 Identity Server, as this server would have it. Read it before it is put in place as`,
    '# repository/conf/deployment.toml: every key is in docs/deployment-toml.md, and what was left out in the report.',
  ];
  return {
    text: `${[...introduction, '', stringify(tables)].join('\n')}\n`,
    findings: [...each.flatMap((translated) => translated.findings), ...findings],
  };
}

/** What the report says of a `deployment.toml`, with its translation beside. @throws UnreadableSource */
export function deploymentOf(
  deployment: { readonly name: string; readonly text: string },
  { answers }: SourceInput,
): MovedItem {
  const { text, findings: ofKeys } = translatedDeployment(deployment, answers.settings);
  const why = 'Translated, and put in place by nobody: --documents FOLDER writes it there for you to read.';
  const findings: readonly Finding[] = [
    { field: deployment.name, ours: 'deployment.toml', outcome: 'changed', why },
    ...ofKeys,
  ];
  return { kind: 'server', name: deployment.name, findings, document: { name: deployment.name, text } };
}
