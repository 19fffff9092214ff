import { ownMember } from '../../own-member.ts';
import { firstRow } from '../csv.ts';
import { parsedJson } from '../json.ts';
import type { InputFile } from '../source.ts';
import { byName, wholeText } from '../whole-text.ts';
import {
  type Application,
  applicationOfExport,
  applicationOfXml,
  applicationsOfRest,
  isExported,
  type RestDocument,
  restDocumentOf,
} from './application.ts';
import { type UserStore, userStoreOf } from './user-stores.ts';
import { type TableKind, tableOf } from './user-tables.ts';
import { readXml } from './xml-document.ts';
import { readYaml } from './yaml-document.ts';

/** Octets of one document: hundreds of times what an export has. */
const MOST_OCTETS = 16 * 1024 * 1024;

/** A file that is none of those that are read, and why. */
export type LeftFile = { readonly name: string; readonly why: string };

/** A dump of a table, which is read row by row. */
export type TableFile = { readonly file: InputFile; readonly table: TableKind };

/** What a folder of WSO2's files holds. */
export type Wso2Files = {
  readonly applications: readonly Application[];
  readonly stores: readonly UserStore[];
  readonly tables: readonly TableFile[];
  readonly deployments: readonly { readonly name: string; readonly text: string }[];
  readonly left: readonly LeftFile[];
};

const textOf = (file: InputFile): Promise<string> => wholeText(file, MOST_OCTETS, 'no export has');

/** What else iamctl exports, a folder a kind. */
const OTHER_FOLDERS: Readonly<Record<string, string>> = {
  identityproviders: 'identity providers are not there: people sign in here',
  claims: 'claims of people are attributes and claim rules (claims.md)',
  userstores: 'user stores are read as XML, as an installation has them in userstores',
  apiresources: 'resources stand in deployment.toml',
  oidcscopes: 'scopes are registered with each client',
  roles: 'roles are made anew (groups.md)',
  emailtemplates: 'no mail is sent',
};

const folderOf = (name: string): string | undefined =>
  name
    .split('/')
    .slice(0, -1)
    .map((part) => part.toLowerCase())
    .find((part) => Object.hasOwn(OTHER_FOLDERS, part));

const extensionOf = (name: string): string => /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

type Collected = {
  readonly applications: Application[];
  readonly rest: RestDocument[];
  readonly stores: UserStore[];
  readonly tables: TableFile[];
  readonly deployments: { name: string; text: string }[];
  readonly left: LeftFile[];
};

async function collectXml(file: InputFile, found: Collected): Promise<void> {
  const root = readXml(await textOf(file), file.name);
  if (root.name === 'ServiceProvider') found.applications.push(applicationOfXml(root, file.name));
  else if (root.name === 'UserStoreManager') found.stores.push(userStoreOf(root, file.name));
  else
    found.left.push({
      name: file.name,
      why: `is <${root.name}>, neither <ServiceProvider> nor <UserStoreManager>`,
    });
}

function collectTree(tree: unknown, file: string, found: Collected): void {
  if (isExported(tree)) {
    found.applications.push(applicationOfExport(tree, file));
    return;
  }
  const document = restDocumentOf(tree, file);
  if (document) found.rest.push(document);
  else found.left.push({ name: file, why: 'is neither an exported application nor one of the REST API' });
}

/** What a file is, by its name and what stands in it. @throws UnreadableSource */
async function collect(file: InputFile, found: Collected): Promise<void> {
  const { name } = file;
  const leave = (why: string) => found.left.push({ name, why });
  const folder = folderOf(name);
  const extension = extensionOf(name);
  if (folder !== undefined && extension !== 'xml') return void leave(ownMember(OTHER_FOLDERS, folder) ?? '');
  switch (extension) {
    case 'xml':
      return collectXml(file, found);
    case 'yml':
    case 'yaml':
      return collectTree(readYaml(await textOf(file), name), name, found);
    case 'json':
      return collectTree(parsedJson(await textOf(file), name), name, found);
    case 'toml':
      found.deployments.push({ name, text: await textOf(file) });
      return;
    case 'csv': {
      const table = tableOf(await firstRow(file));
      if (table) found.tables.push({ file, table });
      else leave('has the columns of none of the tables that are read');
      return;
    }
    case 'jks':
    case 'p12':
    case 'pfx':
      return void leave('is a key store: give it with --trust');
    case 'ldif':
      return void leave('is a directory’s; people are read from a dump of UM_USER');
    default:
      return void leave('is no export of WSO2 Identity Server');
  }
}

/**
 * Goes through the files of an installation, in the order of their names.
 * @throws UnreadableSource
 */
export async function readFiles(files: readonly InputFile[]): Promise<Wso2Files> {
  const found: Collected = { applications: [], rest: [], stores: [], tables: [], deployments: [], left: [] };
  for (const file of byName(files)) await collect(file, found);
  const { applications, rest, ...others } = found;
  return { ...others, applications: [...applications, ...applicationsOfRest(rest)] };
}
