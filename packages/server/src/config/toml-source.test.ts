import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { isTable } from './references.ts';
import { NotToml, type Path, readToml, type TomlSource } from './toml-source.ts';

const DOCUMENT = `# [commented]
title = "a # b [c] = d" # trailing
a.b . "c d" = 1
list = [ "x", # y = 1
  'z]', [1, 2], { k = "]}", l.m = 2 } ]
text = """
[not.a.table]
key = "no\\"" """
raw = '''
it's = 1'''''
when = 2026-01-02T03:04:05Z

[ t . "u.v" ]
w = { x = { y = true }, z = [] }
"\\u0061b" = 3
[[many]]
n = 1
[many.inner]
o = 2
[[many]]
n = 3
  [[many.deep]]
  p = 4
[last]
`;

test('the place of every key and value of a document is known', () => {
  const source = readToml(DOCUMENT);
  const at = (position: { line: number; column: number }) => `${position.line}:${position.column}`;
  const keys: readonly [Path, string][] = [
    [['title'], '2:1'],
    [['a'], '3:1'],
    [['a', 'b'], '3:3'],
    [['a', 'b', 'c d'], '3:7'],
    [['list'], '4:1'],
    [['list', 1], '5:3'],
    [['list', 2, 1], '5:13'],
    [['list', 3, 'k'], '5:19'],
    [['list', 3, 'l', 'm'], '5:31'],
    [['text'], '6:1'],
    [['raw'], '9:1'],
    [['when'], '11:1'],
    [['t', 'u.v'], '13:1'],
    [['t', 'u.v', 'w', 'x', 'y'], '14:13'],
    [['t', 'u.v', 'w', 'z'], '14:25'],
    [['t', 'u.v', 'ab'], '15:1'],
    [['many'], '16:1'],
    [['many', 0, 'n'], '17:1'],
    [['many', 0, 'inner'], '18:1'],
    [['many', 0, 'inner', 'o'], '19:1'],
    [['many', 1], '20:1'],
    [['many', 1, 'n'], '21:1'],
    [['many', 1, 'deep', 0, 'p'], '23:3'],
    [['last'], '24:1'],
  ];
  assert.deepEqual(
    keys.map(([path]) => [path, source.has(path), at(source.keyPosition(path))]),
    keys.map(([path, place]) => [path, true, place]),
  );
  assert.equal(at(source.valuePosition(['a', 'b', 'c d'])), '3:15');
  assert.equal(at(source.valuePosition(['t', 'u.v', 'w', 'x', 'y'])), '14:17');
});

test('what is missing has the place of what is around it', () => {
  const source = readToml('[a]\nb = 1\n[[c]]\nd = 1\n');
  assert.deepEqual(source.keyPosition(['a', 'x']), { line: 1, column: 1 });
  assert.deepEqual(source.valuePosition(['c', 0, 'x']), { line: 3, column: 1 });
  assert.deepEqual(source.keyPosition(['y', 'z']), { line: 1, column: 1 });
  assert.equal(source.has(['a', 'x']), false);
});

test('lines end with LF or CRLF alike', () => {
  assert.deepEqual(readToml('a = 1\r\nb = "x"\r\n').valuePosition(['b']), { line: 2, column: 5 });
});

test('a document that is not TOML has the place of its fault', () => {
  assert.throws(
    () => readToml('[a]\nb = \n'),
    (error) => error instanceof NotToml && error.position.line === 2,
  );
  assert.throws(() => readToml('__proto__ = 1'), NotToml);
  assert.throws(() => readToml('a = 1\na = 2'), NotToml);
});

test('a table that stands again joins the earlier one, and the later value of a key wins', () => {
  const text = `first = 1
[a]
x = 1 # one
y = [
  "kept",
]
[a.deep]
z = 1
[[list]]
n = 1
[list.in]
o = 1
[[list]]
[list.in]
o = 2
[ "a" ] # again
x = 2
w = """
[a]
x = 3"""
[list.in]
p = 3
[a]
x = 4`;
  const source = readToml(text);
  assert.deepEqual(JSON.parse(JSON.stringify(source.table)), {
    first: 1,
    a: { x: 4, y: ['kept'], w: '[a]\nx = 3', deep: { z: 1 } },
    list: [{ n: 1, in: { o: 1 } }, { in: { o: 2, p: 3 } }],
  });
  const at = ({ line, column }: { line: number; column: number }) => `${line}:${column}`;
  assert.equal(at(source.valuePosition(['a', 'x'])), '24:5');
  assert.equal(at(source.keyPosition(['a', 'y'])), '4:1');
  assert.equal(at(source.keyPosition(['a', 'w'])), '18:1');
  assert.equal(at(source.keyPosition(['a', 'deep', 'z'])), '8:1');
  assert.equal(at(source.keyPosition(['list', 1, 'in', 'p'])), '22:1');
});

for (const [what, text, message, line, column] of [
  ['a key twice in one table', '[a]\nx = 1\n\n  x = 2\n', /x stands twice .* line 2/, 4, 3],
  ['a key twice before any table', 'x = 1\nx = 2\n', /x stands twice .* line 1/, 2, 1],
  ['a part of a value', '[a]\nx = { y = 1 }\n[a]\nx.z = 2\n', /x\.z .* with x; .* line 2/, 4, 1],
  ['a value of its parts', '[a]\nx.y = 1\n[a]\nx = { z = 1 }\n', /x .* with x\.y; .* line 2/, 4, 1],
  ['a list and a table of one name', '[[a]]\nx = 1\n[a]\nx = 2\n', /./, 3, 2],
  ['a fault behind tables that join', '[a]\nx = 1\n[b]\n[a]\nx = 2\n[c]\ny = \n', /./, 7, 5],
] as const) {
  test(`joined tables do not hide ${what}`, () => {
    assert.throws(
      () => readToml(text),
      (error) => {
        assert.ok(error instanceof NotToml);
        assert.match(error.message, message);
        assert.deepEqual(error.position, { line, column });
        return true;
      },
    );
  });
}

const name = fc.oneof(
  fc.constantFrom('a', 'b-c', 'd_1', 'e.f', ' ', '"', "'", '#', '[x]', 'ü'),
  fc.string({ minLength: 1 }),
);
const { table } = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string(), { maxLength: 3 }),
    tie('table'),
    fc.array(tie('table'), { maxLength: 3 }),
  ),
  table: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));

/** Every path of a value, lists included. */
function paths(value: unknown, path: Path = []): readonly Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => paths(item, [...path, index]))
    : isTable(value)
      ? Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]))
      : [];
  return path.length === 0 ? below : [path, ...below];
}

test('no key of any document goes without its place', () => {
  fc.assert(
    fc.property(table, (document) => {
      const text = stringify(isTable(document) ? document : {});
      let source: TomlSource;
      try {
        source = readToml(text);
      } catch (error) {
        // A random key may be one that is refused on purpose.
        assert.ok(error instanceof NotToml);
        return;
      }
      const lines = text.split('\n');
      for (const path of paths(source.table)) {
        assert.ok(source.has(path), `${JSON.stringify(path)} in\n${text}`);
        const key = path.at(-1);
        const { line, column } = source.keyPosition(path);
        const there = lines[line - 1]?.slice(column - 1) ?? '';
        if (typeof key === 'string' && /^\w+$/.test(key) && !there.startsWith('[')) {
          assert.match(there, new RegExp(`^"?${key}\\b`), `${JSON.stringify(path)} in\n${text}`);
        }
      }
    }),
    { numRuns: 300 },
  );
});
