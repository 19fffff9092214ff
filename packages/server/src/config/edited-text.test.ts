import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { deploymentTemplate } from './deployment-template.ts';
import { CannotEdit, changedLines, editedText } from './edited-text.ts';
import { readToml } from './toml-source.ts';

const FILE = `# Ours.
[server]
hostname = "id.example.com"   # the public name

[oauth]
# How long access tokens live. (live)
# access_token_lifetime = 3600
id_token_lifetime = 600 # short
require_pkce = "public"

# [sign_in]
# How long a sign-in lasts. (live)
# session_lifetime = 43200

[[trust_group]]
name = "partners" # [not a header]
password = "hush"
revocation = 'prefer'

[[trust_group]]
name = "banks"
`;

const set = (path: readonly (string | number)[], value: string | number | boolean | undefined, text = FILE) =>
  editedText(text, [{ path, value }]);

describe('a document with one key changed', () => {
  test('has another value in the place of the old one, and the comment behind it', () => {
    const changed = set(['oauth', 'id_token_lifetime'], 900);
    assert.equal(changed, FILE.replace('= 600 # short', '= 900 # short'));
    assert.equal(
      set(['trust_group', 0, 'revocation'], 'require'),
      FILE.replace("revocation = 'prefer'", 'revocation = "require"'),
    );
  });

  test('has a key that was not set below the comment that shows it', () => {
    assert.equal(
      set(['oauth', 'access_token_lifetime'], 120),
      FILE.replace(
        '# access_token_lifetime = 3600\n',
        '# access_token_lifetime = 3600\naccess_token_lifetime = 120\n',
      ),
    );
  });

  test('has a table that was a comment, where the key stands in it', () => {
    assert.equal(
      set(['sign_in', 'session_lifetime'], 60),
      FILE.replace('# [sign_in]\n', '[sign_in]\n').replace(
        '# session_lifetime = 43200\n',
        '# session_lifetime = 43200\nsession_lifetime = 60\n',
      ),
    );
  });

  test('has a table of its own at the end where none is shown', () => {
    assert.equal(set(['branding', 'name'], 'a "name"'), `${FILE}\n[branding]\nname = "a \\"name\\""\n`);
    assert.equal(set(['branding', 'name'], 'x', ''), '[branding]\nname = "x"\n');
    assert.equal(set(['branding', 'name'], 'x', 'a = 1'), 'a = 1\n\n[branding]\nname = "x"\n');
  });

  test('loses the line of a key that is taken out', () => {
    assert.equal(set(['oauth', 'require_pkce'], undefined), FILE.replace('require_pkce = "public"\n', ''));
    assert.equal(set(['oauth', 'dpop_nonce'], undefined), FILE);
  });

  test('adds to the right table of a list, and makes none', () => {
    assert.equal(set(['trust_group', 1, 'revocation'], 'off'), `${FILE}revocation = "off"\n`);
    assert.throws(() => set(['trust_group', 2, 'revocation'], 'off'), CannotEdit);
  });

  test('changes the later of two places that give a key, and takes out both', () => {
    const appended = `${FILE}\n[oauth]\nid_token_lifetime = 60\n`;
    assert.equal(
      set(['oauth', 'id_token_lifetime'], 61, appended),
      appended.replace('id_token_lifetime = 60\n', 'id_token_lifetime = 61\n'),
    );
    const without = set(['oauth', 'id_token_lifetime'], undefined, appended);
    assert.doesNotMatch(without, /id_token_lifetime/);
  });

  test('keeps lines that end as in Windows, and changes what stands on several', () => {
    const windows = FILE.replaceAll('\n', '\r\n');
    assert.equal(
      set(['oauth', 'access_token_lifetime'], 5, windows),
      set(['oauth', 'access_token_lifetime'], 5).replaceAll('\n', '\r\n'),
    );
    assert.equal(
      set(['oauth', 'require_pkce'], 'all', windows),
      set(['oauth', 'require_pkce'], 'all').replaceAll('\n', '\r\n'),
    );
    const list = '[a]\nlist = [ # two\n  "x", # ] one\n  "y",\n] # end\nb = 1\n';
    assert.equal(
      editedText(list, [{ path: ['a', 'list'], value: ['z'] }]),
      '[a]\nlist = ["z"] # end\nb = 1\n',
    );
    assert.equal(set(['a', 'b'], 2, 'a.b = 1\n'), 'a.b = 2\n');
  });

  test('refuses what stands in braces, whose line may hold a secret', () => {
    const inline = 'trust_group = [{ name = "a", password = "hush", revocation = "off" }]\n';
    assert.throws(() => set(['trust_group', 0, 'revocation'], 'require', inline), CannotEdit);
    assert.throws(() => set(['a', 'b'], 1, 'a = { b = 2, password = "hush" }\n'), CannotEdit);
  });

  test('says the wanted and nothing else, whatever the values are', () => {
    const template = deploymentTemplate({ hostname: 'localhost', port: 9443 });
    const before = structuredClone(readToml(template).table);
    fc.assert(
      fc.property(
        fc.constantFrom('branding', 'sign_in', 'oauth', 'server', 'new'),
        fc.constantFrom('name', 'session_lifetime', 'hostname', 'x'),
        fc.oneof(
          fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\u007f')),
          fc.integer(),
          fc.boolean(),
          fc.array(fc.integer()),
        ),
        (section, name, value) => {
          const text = editedText(template, [{ path: [section, name], value }]);
          const own = before[section];
          assert.deepEqual(structuredClone(readToml(text).table), {
            ...before,
            [section]: { ...(typeof own === 'object' ? own : {}), [name]: value },
          });
          const gone = editedText(text, [{ path: [section, name], value: undefined }]);
          assert.equal(Object.hasOwn(Object(readToml(gone).table[section]), name), false);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test('the lines that differ are told with their place, and no others', () => {
  assert.deepEqual(changedLines(FILE, set(['oauth', 'id_token_lifetime'], 900)), [
    {
      line: 8,
      removed: ['id_token_lifetime = 600 # short'],
      added: ['id_token_lifetime = 900 # short'],
    },
  ]);
  assert.deepEqual(changedLines('a\nb\nc', 'a\nc'), [{ line: 2, removed: ['b'], added: [] }]);
  assert.deepEqual(changedLines('a\n', 'a\nb\n'), [{ line: 2, removed: [], added: ['b'] }]);
  assert.deepEqual(changedLines('a\n', 'a\n'), []);
});
