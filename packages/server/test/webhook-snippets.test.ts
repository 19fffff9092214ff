import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { signedHeaders } from '../src/webhook/signature.ts';
import { runProgram } from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';

const PAGE = resolve(import.meta.dirname, '../../../docs/webhooks.md');
const ENCODED = `whsec_${Buffer.from('a key of thirty-two octets, whole').toString('base64')}`;
const PLAIN = 'ein Geheimnis mit Umlaut: ä';
const BODY = '{"type":"countersign.test","data":{"name":"Zoë"}}';

type Question = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secret: string;
};

/** What stands around a snippet: it reads questions as JSON and prints for each whether it is genuine. */
const LANGUAGES = [
  {
    name: 'python',
    skip: await missingProgram('python3', ['--version']),
    files: (snippet: string) => ({
      'receiver.py': `${snippet}
import json, sys
print(json.dumps([is_genuine(q["headers"], q["body"].encode(), q["secret"]) for q in json.load(sys.stdin)]))
`,
    }),
    command: ['python3', 'receiver.py'],
  },
  {
    name: 'js',
    skip: false,
    files: (snippet: string) => ({
      'webhook.mjs': snippet,
      'receiver.mjs': `import { isGenuine } from './webhook.mjs';
import { json } from 'node:stream/consumers';
const asked = await json(process.stdin);
console.log(JSON.stringify(asked.map((q) => isGenuine(q.headers, Buffer.from(q.body), q.secret))));
`,
    }),
    command: [process.execPath, 'receiver.mjs'],
  },
  {
    name: 'go',
    skip: await missingProgram('go', ['version']),
    files: (snippet: string) => ({
      'go.mod': 'module example\n\ngo 1.21\n',
      'webhook.go': snippet.replace('package webhook', 'package main'),
      'main.go': `package main

import (
	"encoding/json"
	"net/http"
	"os"
)

func main() {
	var asked []struct {
		Headers      map[string]string
		Body, Secret string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	answers := []bool{}
	for _, each := range asked {
		header := http.Header{}
		for name, value := range each.Headers {
			header.Set(name, value)
		}
		answers = append(answers, IsGenuine(header, []byte(each.Body), each.Secret))
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}
`,
    }),
    command: ['go', 'run', '.'],
  },
] as const;

describe('what docs/webhooks.md has receivers do', { timeout: 180_000 }, () => {
  let page: string;
  before(async () => {
    page = await readFile(PAGE, 'utf8');
  });

  const now = () => Math.floor(Date.now() / 1000);
  const sent = (timestamp: number, ...secrets: readonly string[]) =>
    signedHeaders({ id: 'ABCD-EFGH-JK_on-call', timestamp, body: BODY }, secrets);
  const questions = (): readonly (readonly [what: string, genuine: boolean, question: Question])[] => [
    ['a secret in base64', true, { headers: sent(now(), ENCODED), body: BODY, secret: ENCODED }],
    ['a secret that is its own key', true, { headers: sent(now(), PLAIN), body: BODY, secret: PLAIN }],
    ['the new secret of two', true, { headers: sent(now(), ENCODED, PLAIN), body: BODY, secret: ENCODED }],
    ['the old secret of two', true, { headers: sent(now(), ENCODED, PLAIN), body: BODY, secret: PLAIN }],
    ['another secret', false, { headers: sent(now(), PLAIN), body: BODY, secret: ENCODED }],
    ['another body', false, { headers: sent(now(), PLAIN), body: `${BODY} `, secret: PLAIN }],
    [
      'another id',
      false,
      { headers: { ...sent(now(), PLAIN), 'webhook-id': 'other' }, body: BODY, secret: PLAIN },
    ],
    ['an old one sent again', false, { headers: sent(now() - 400, PLAIN), body: BODY, secret: PLAIN }],
    ['one of the future', false, { headers: sent(now() + 400, PLAIN), body: BODY, secret: PLAIN }],
  ];

  for (const { name, skip, files, command } of LANGUAGES) {
    describe(name, { skip }, () => {
      let folder: string;
      before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'countersign-webhook-'));
      });
      after(() => rm(folder, { recursive: true }));

      test('lets in what the server signed, and nothing else', async () => {
        const snippets = Array.from(page.matchAll(new RegExp(`^\`\`\`${name}\n(.*?)^\`\`\`$`, 'gms')));
        assert.equal(snippets.length, 1);
        for (const [file, text] of Object.entries(files(snippets[0]?.[1] ?? ''))) {
          await writeFile(join(folder, file), text);
        }
        const asked = questions();
        const [program, ...args] = command;
        const { code, stdout, stderr } = await runProgram(program, args, {
          cwd: folder,
          input: JSON.stringify(asked.map(([, , question]) => question)),
          timeout: 120_000,
        });
        assert.equal(code, 0, stderr);
        const answers: unknown[] = JSON.parse(stdout);
        assert.deepEqual(
          asked.map(([what], index) => [what, answers[index]]),
          asked.map(([what, genuine]) => [what, genuine]),
        );
      });
    });
  }
});
