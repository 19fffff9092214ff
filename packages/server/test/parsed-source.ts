import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from '@babel/parser';

/** One import, export from, or dynamic import of a file. */
export type ParsedImport = {
  readonly specifier: string;
  /** The file it names, when it is relative. */
  readonly path: string | undefined;
  /** What is imported, by the names of where it comes from; `*` for all of it. */
  readonly names: readonly string[];
};

/** What the rules of the house look at in a source file. */
export type ParsedSource = {
  readonly file: string;
  readonly imports: readonly ParsedImport[];
  readonly functions: readonly { readonly name: string; readonly line: number; readonly lines: number }[];
  /** Methods called, each with the last name before it: `x509.verify` for `certificate.x509.verify(key)`. */
  readonly methodsCalled: readonly string[];
  /** Events recorded by themselves: what `events.record` is given, where it is written out there; texts or `''`. */
  readonly recorded: readonly { readonly type: string; readonly outcome: string }[];
  /** Members read, called or not, named like the methods: `Date.now`. */
  readonly members: readonly string[];
  /** What is made with `new`, by the name of its class; `Date()` when it is given nothing. */
  readonly made: readonly string[];
  /** Names of the types declared. */
  readonly types: readonly string[];
  /** Names of the tables written out: objects whose type says that any text may be a name in them. */
  readonly tables: readonly string[];
  /** What is asked for a member by a name that is not written there: `TABLE` for `TABLE[name]`. */
  readonly asked: readonly string[];
};

type Node = { readonly type: string; readonly [member: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const children = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

/** The text a node stands for where it is a name or a string, else an empty one. */
function textOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Identifier' && typeof node.name === 'string') return node.name;
  if (node.type === 'StringLiteral' && typeof node.value === 'string') return node.value;
  return '';
}

function lineOf(node: Node, end: 'start' | 'end'): number {
  const { loc } = node;
  const place = typeof loc === 'object' && loc !== null ? Object.entries(loc) : [];
  const [, position] = place.find(([name]) => name === end) ?? [];
  return typeof position === 'object' &&
    position !== null &&
    'line' in position &&
    typeof position.line === 'number'
    ? position.line
    : 0;
}

const importedNames = (node: Node): string[] =>
  (Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : []).map(
    (specifier) => textOf(specifier.imported ?? specifier.local) || '*',
  );

const memberOf = ({ property }: Node, object: Node): string =>
  `${textOf(object) || textOf(object.property)}.${textOf(property)}`;

/** Whether a type is `Record<string, …>`, in `Readonly` and `Partial` too. */
function isOfAnyName(type: unknown): boolean {
  if (!isNode(type) || type.type !== 'TSTypeReference') return false;
  const { typeArguments, typeParameters } = type;
  const given = isNode(typeArguments) ? typeArguments : typeParameters;
  const [first]: readonly unknown[] = isNode(given) && Array.isArray(given.params) ? given.params : [];
  if (!isNode(first)) return false;
  return textOf(type.typeName) === 'Record' ? first.type === 'TSStringKeyword' : isOfAnyName(first);
}

/** Whether a variable is a table that is written out. */
function isTable({ id, init }: Node): boolean {
  if (!isNode(id) || !isNode(id.typeAnnotation) || !isNode(init)) return false;
  const isWritten = Array.isArray(init.properties) && init.properties.length > 0;
  return init.type === 'ObjectExpression' && isWritten && isOfAnyName(id.typeAnnotation.typeAnnotation);
}

const isLiteral = (node: unknown): boolean => isNode(node) && /^(String|Numeric)Literal$/.test(node.type);

/** Type and outcome of an event that is written out as the first argument. */
function draftOf(given: unknown): { readonly type: string; readonly outcome: string } {
  const [draft]: readonly unknown[] = Array.isArray(given) ? given : [];
  const properties = isNode(draft) && Array.isArray(draft.properties) ? draft.properties.filter(isNode) : [];
  const textIn = (name: string) => textOf(properties.find(({ key }) => textOf(key) === name)?.value);
  return { type: textIn('type'), outcome: textIn('outcome') };
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

/** Reads a TypeScript file as the rules of the house see it. @throws SyntaxError */
export function parsedSource(file: string): ParsedSource {
  const { program } = parse(readFileSync(file, 'utf8'), {
    sourceType: 'module',
    plugins: ['typescript', ...(file.endsWith('x') ? (['jsx'] as const) : [])],
  });
  const imports: ParsedImport[] = [];
  const functions: { name: string; line: number; lines: number }[] = [];
  const methodsCalled: string[] = [];
  const recorded: { type: string; outcome: string }[] = [];
  const members: string[] = [];
  const made: string[] = [];
  const types: string[] = [];
  const tables: string[] = [];
  const asked: string[] = [];
  const importing = (source: unknown, names: readonly string[]) => {
    const specifier = textOf(source);
    if (specifier === '') return;
    imports.push({
      specifier,
      path: specifier.startsWith('.') ? resolve(dirname(file), specifier) : undefined,
      names,
    });
  };
  const visit = (node: Node, named: string): void => {
    const own = textOf(node.id) || textOf(node.key) || named;
    if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)) {
      importing(node.source, importedNames(node));
    } else if (node.type === 'CallExpression' && isNode(node.callee)) {
      if (node.callee.type === 'Import' && Array.isArray(node.arguments)) importing(node.arguments[0], ['*']);
      if (node.callee.type === 'MemberExpression' && isNode(node.callee.object)) {
        const method = memberOf(node.callee, node.callee.object);
        methodsCalled.push(method);
        if (method === 'events.record') recorded.push(draftOf(node.arguments));
      }
    } else if (/^(Optional)?MemberExpression$/.test(node.type) && isNode(node.object)) {
      members.push(memberOf(node, node.object));
      if (node.computed === true && !isLiteral(node.property)) asked.push(textOf(node.object));
    } else if (node.type === 'NewExpression') {
      const given = Array.isArray(node.arguments) && node.arguments.length > 0;
      made.push(`${textOf(node.callee)}${given ? '' : '()'}`);
    } else if (node.type === 'VariableDeclarator' && isTable(node)) tables.push(textOf(node.id));
    else if (node.type === 'ImportExpression') importing(node.source, ['*']);
    else if (node.type === 'TSTypeAliasDeclaration' || node.type === 'TSInterfaceDeclaration')
      types.push(textOf(node.id));
    else if (FUNCTIONS.has(node.type)) {
      const line = lineOf(node, 'start');
      functions.push({ name: own || 'a function', line, lines: lineOf(node, 'end') - line + 1 });
    }
    for (const child of children(node)) visit(child, own);
  };
  if (isNode(program)) visit(program, '');
  return { file, imports, functions, methodsCalled, recorded, members, made, types, tables, asked };
}
