import { SECTIONS } from './deployment-schema.ts';
import { toml } from './deployment-template.ts';
import type { KnownKey, KnownSection } from './key-notes.ts';

const INTRODUCTION = `# deployment.toml

Every key of \`<HOME>/repository/conf/deployment.toml\`. This page is written from the schema the server checks
the file with, so it is complete.

- A key or section the server does not know, or a value of the wrong kind, stops the start. All problems are
  reported together, each as \`file:line:column\` with the key, what was expected, what stands there, and the
  nearest known key. Secret values are never shown.
- Any string may hold \`$env{NAME}\`, the value of an environment variable. A number or boolean is set that way
  by writing the whole value as \`"$env{NAME}"\`. A variable that is not set is a problem like any other.
- Any string may hold \`$file{PATH}\` likewise, the text of a file: a secret that Docker, Kubernetes or systemd
  (\`LoadCredential=\`) mounts. PATH is absolute or relative to the home folder. One newline at the end of the file is taken
  off; it must be UTF-8 text of at most 65,536 bytes. A file that is not there or cannot be read stops the start with the
  line, the key and the path. A running server sees that such a file changed, takes live keys up and names the others, and
  keeps the last good configuration while one of the files is missing. What a file gave is shown nowhere: not in errors,
  logs, events, \`doctor\` or the console, whatever key it is for.
- **live** keys are taken up by a running server within seconds of a change, **restart** keys at the next start.
  When one edit changes both, the live ones are taken up and the others are named in the log.
- A table may stand in the file again: it joins the earlier one, and of a key that both have the later wins. So
  settings can be appended as a manual prints them. Of two \`[[event_listener]]\` that name the same authenticator
  the later wins.
- A file that is half-written or wrong leaves the running server with the last good version; the log says what is
  wrong. The same holds for key stores, trust stores and CRL files: a change of their content is taken up live, a
  broken one is reported and the last good one stays in use.
- Durations are in seconds, sizes in bytes.

The first start makes the home folder: a key store \`wso2carbon.jks\` with an RSA 2048 key and a self-signed
certificate for \`localhost\`, \`127.0.0.1\`, \`::1\` and the host name, valid for 825 days (the longest that
every common TLS client accepts), an empty trust store \`client-truststore.jks\`, an \`encryption.key\` for
secrets in the database, and a \`deployment.toml\` that explains every key. It never overwrites a file that is there.

Several processes on one database (\`type = "postgres"\`) must have the same encryption key. Give all of them the same
\`[encryption] key\`, or copy \`encryption.key\` from the home of the first to those of the others before they start
for the first time. A process with another key does not start, and one without makes none for a database that is in use.
`;

/** The reference page of `deployment.toml`, Markdown, one list a section. */
export function deploymentReference(): string {
  return `${[INTRODUCTION, ...SECTIONS.map(sectionReference)].join('\n')}`;
}

function sectionReference({ path, notes, repeated, keys }: KnownSection): string {
  const name = path.join('.');
  const list = notes.reload === undefined ? '' : ` Adding and removing entries: ${notes.reload}.`;
  return `## ${repeated ? `[[${name}]]` : `[${name}]`}

${notes.description}${list}

${keys.map(keyReference).join('\n')}
`;
}

function keyReference({ path, notes, defaultValue }: KnownKey): string {
  const { otherwise, description, expected, reload } = notes;
  const absent =
    otherwise === undefined
      ? `default \`${toml(defaultValue)}\``
      : otherwise === 'required'
        ? otherwise
        : `left out: ${otherwise}`;
  const value = `${expected.charAt(0).toUpperCase()}${expected.slice(1)}.`;
  return `- **\`${path.at(-1)}\`** (${absent}; ${reload}): ${description} _${value}_`;
}

if (import.meta.main) process.stdout.write(deploymentReference());
