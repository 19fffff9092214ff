import { CLIENT_AUTH_TRUST_MANAGER, MUTUAL_TLS_CLIENT_AUTHENTICATOR, SECTIONS } from './deployment-schema.ts';
import type { KnownKey, KnownSection } from './key-notes.ts';
import { isTable } from './references.ts';

/** What a new home's `deployment.toml` says of its own. */
export type TemplateValues = {
  readonly hostname: string;
  readonly port: number;
};

const WIDTH = 100;

/**
 * The `deployment.toml` of a new home: every key explained, those that matter for client certificates
 * in force, all others commented out at their default.
 */
export function deploymentTemplate({ hostname, port }: TemplateValues): string {
  const inForce: Readonly<Record<string, unknown>> = {
    'server.hostname': hostname,
    'server.port': port,
    'transport.https.clientAuth': 'want',
    'transport.https.trustManagerClassName': CLIENT_AUTH_TRUST_MANAGER,
    'event_listener.id': 'mutual_tls_authenticator',
    'event_listener.type': 'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler',
    'event_listener.name': MUTUAL_TLS_CLIENT_AUTHENTICATOR,
    'event_listener.order': 158,
    'event_listener.enable': true,
    'admin_console.authenticator.mutual_ssl_authenticator.enable': false,
  };
  const introduction = comment(
    'The deployment. A key that is commented out shows its default or an example; the [table] above it must be in force too. A table may stand in this file again, at its end for instance: of a key that both have, the later wins. Any string may hold $env{NAME}, the value of an environment variable; to set a number or a boolean that way, write the whole value as "$env{NAME}". $file{PATH} is the text of a file likewise, its path absolute or relative to the home folder. A key marked "live" is taken up by a running server within seconds, one marked "restart" at the next start. A mistake in this file stops the start with its line and column; a running server then goes on with the last good version and says so.',
  );
  return `${[introduction, ...SECTIONS.map((section) => sectionText(section, inForce))].join('\n\n')}\n`;
}

function sectionText(section: KnownSection, inForce: Readonly<Record<string, unknown>>): string {
  const name = section.path.join('.');
  const entries = section.keys.map((known) => {
    const value = inForce[known.path.join('.')];
    return { known, value, commented: value === undefined };
  });
  const used = entries.some(({ commented }) => !commented);
  const header = `${used ? '' : '# '}${section.repeated ? `[[${name}]]` : `[${name}]`}`;
  return [
    comment(section.notes.description, '## '),
    header,
    ...entries.map(({ known, value, commented }) =>
      [
        comment(explanation(known)),
        `${commented ? '# ' : ''}${known.path.at(-1)} = ${toml(value ?? sample(known))}`,
      ].join('\n'),
    ),
  ].join('\n');
}

const explanation = ({ notes: { description, otherwise, reload } }: KnownKey) =>
  `${description}${otherwise === undefined || otherwise === 'required' ? '' : ` Left out: ${otherwise}.`} (${reload})`;

const sample = ({ notes, defaultValue }: KnownKey): unknown => notes.example ?? defaultValue;

/** A value as TOML writes it on one line. */
export function toml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (isTable(value)) {
    const pairs = Object.entries(value).map(([name, item]) => `${name} = ${toml(item)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  // A JSON string is a TOML basic string: both escape alike.
  return JSON.stringify(value);
}

function comment(text: string, prefix = '# '): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && prefix.length + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `${prefix}${line}`).join('\n');
}
