import { parsePemCertificates, timeText } from '@countersign/x509';
import { Command } from 'commander';
import { type CertificateBinding, certificateBinding } from '../client/certificate-binding.ts';
import { registeredKey, renewedBy } from '../client/certificate-key.ts';
import type { Client } from '../client/client.ts';
import { CLIENT_LIFETIMES } from '../client/longest-lifetimes.ts';
import { describeRegistered } from '../client/registered-certificate.ts';
import { sectorOf } from '../client/sector.ts';
import { usesClientSecret } from '../client/token-endpoint-auth-method.ts';
import type { ClientDelta } from '../registration/client-delta.ts';
import { type IssuedClient, shownSecret } from '../registration/client-registrar.ts';
import { withAdministration } from './administration/with-administration.ts';
import { readCertificatePem } from './certificate-file.ts';
import { clientAnswer, registeredOf } from './client-answer.ts';
import { changeOf, performLines, registrationOf, removalOf } from './client-lines.ts';
import { metadataOf, withMetadataOptions } from './client-metadata-options.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
import { print, Refused, repeated, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions, withOwnClient } from './server-option.ts';

const BINDINGS: Readonly<Record<CertificateBinding, string>> = {
  required: 'to its certificate; refused without one',
  when_presented: 'to the certificate it presents, or to its DPoP key',
  off: 'to no certificate',
};

const issuedAnswer = (issued: IssuedClient) => ({
  ...clientAnswer(issued.client),
  ...shownSecret(issued),
  ...(issued.warnings.length > 0 && { warnings: issued.warnings }),
});

/** What a new secret is good for, beside it. */
const secretNote = ({ token_endpoint_auth_method: method }: Client['metadata']) =>
  usesClientSecret(method)
    ? 'shown once'
    : `shown once; authenticates nothing: the client proves itself by ${method} alone`;

const issuedLines = ({ client, client_secret, warnings }: IssuedClient): string[] => [
  `client_id      ${client.client_id}`,
  ...(client_secret === undefined
    ? []
    : [`client_secret  ${client_secret}   (${secretNote(client.metadata)})`]),
  `authenticates  ${client.metadata.token_endpoint_auth_method}`,
  `grant_types    ${client.metadata.grant_types.join(', ')}`,
  `tokens bound   ${BINDINGS[certificateBinding(client.metadata)]}`,
  `revision       ${client.revision}`,
  ...warnings.map(({ field, message }) => `warning: ${field} ${message}`),
];

function certificateLines(client: Client): string[] {
  const certificates = client.metadata.certificates.flatMap(parsePemCertificates);
  return certificates.flatMap((certificate) => {
    const shown = describeRegistered(certificate);
    const others = certificates.filter((other) => other !== certificate);
    const sameKey = renewedBy(certificate, others.map(registeredKey));
    return [
      `certificate    ${shown['x5t#S256']}`,
      `  subject      ${shown.subject}`,
      `  valid        ${timeText(certificate.notBefore)} to ${timeText(certificate.notAfter)}`,
      ...(shown.unreadable ?? []).map(({ field, reason }) => `  unreadable   ${field}: ${reason}`),
      ...sameKey.map((thumbprint) => `  same key as  ${thumbprint}`),
    ];
  });
}

/** What of tokens and scopes the client has of its own, for people. */
function ownLines({ metadata }: Client): string[] {
  const { default_scope, scope_audiences = {}, require_pkce } = metadata;
  return [
    ...(default_scope === undefined ? [] : [`default_scope  ${default_scope || 'none'}`]),
    ...Object.entries(scope_audiences).map(
      ([scope, audiences]) => `audience       ${scope} ${audiences.join(' ')}`,
    ),
    ...(require_pkce ? ['require_pkce   true'] : []),
    ...[...CLIENT_LIFETIMES, 'client_credentials_token_lifetime' as const].flatMap((name) =>
      metadata[name] === undefined ? [] : [`lifetime       ${name} ${metadata[name]}`],
    ),
  ];
}

/** What keeps a client out, for people. */
const stateOf = ({ client_id, enabled, awaits_confirmation }: Client): readonly string[] => {
  if (enabled) return [];
  if (!awaits_confirmation) return ['(disabled)'];
  return [`(disabled by a restore until somebody confirms it: countersign confirm --client ${client_id})`];
};

const clientLine = (client: Client) =>
  [
    client.client_id,
    client.metadata.token_endpoint_auth_method.padEnd(27),
    client.metadata.client_name,
    ...stateOf(client),
  ].join('  ');

function revisionOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`${text} is not a revision`);
  return Number(text);
}

type ListedOptions = AdministrationOptions & ProgressOptions & { readonly from?: string };
type AddOptions = ListedOptions & { readonly newClientId?: string };

type UpdateOptions = ListedOptions & {
  readonly addCertificate?: readonly string[];
  readonly removeCertificate?: readonly string[];
  readonly unset?: readonly string[];
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly regenerateSecret?: boolean;
  readonly keepTokens?: boolean;
  readonly endTokens?: boolean;
  readonly ifMatch?: string;
};

/** `countersign client …`: what the console does under clients. */
export function clientCommand(): Command {
  const client = new Command('client');

  withMetadataOptions(
    withProgressOption(
      withAdministrationOptions(
        client.command('add'),
        [
          'client add --client-name web --certificate client.pem',
          'client add --server https://login.example.com:9443 --client-id deploy --cert deploy.pem --key deploy.key --client-name web --certificate client.pem',
        ],
        { clientId: 'a client_id of your choice' },
      ),
    ),
    true,
  )
    .description('register a client; prints client_id and client_secret, once')
    .option(
      '--from <file>',
      'register many: a file of JSON lines, each the metadata of one; - for standard input',
    )
    .action(async (options: AddOptions) => {
      const { asking, client_id } = withOwnClient(options, options.newClientId, '--new-client-id');
      const asked = await metadataOf(options);
      const { metadata, enabled } = registeredOf({
        ...asked,
        ...(client_id !== undefined && { client_id }),
      });
      if (options.from !== undefined) {
        if (Object.keys(metadata).length > 0) throw new UsageError('--from goes without metadata options');
        await performLines(asking, options.from, registrationOf);
        return;
      }
      if (metadata.client_name === undefined) throw new UsageError('--client-name is missing');
      await withAdministration(asking, async ({ clients }) => {
        const issued = await clients.register(metadata, { enabled });
        print(options, issuedAnswer(issued), issuedLines(issued));
      });
    });

  withProgressOption(withAdministrationOptions(client.command('list'), ['client list --search web']))
    .description('list clients by name')
    .option('--search <text>', 'part of a name or client_id')
    .action(async (options: ListedOptions & { search?: string }) => {
      await withAdministration(options, async ({ clients }) => {
        const narrowed = options.search === undefined ? {} : { search: options.search };
        const found = await collected(options, 'clients', clients.list(narrowed));
        print(options, found.map(clientAnswer), found.length > 0 ? found.map(clientLine) : ['no clients']);
      });
    });

  withAdministrationOptions(client.command('show <client_id>'), ['client show first-client'])
    .description('show a client and its certificates')
    .action(async (client_id: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ clients }) => {
        const found = await clients.find(client_id);
        if (!found) throw new Refused(`no client is registered under ${client_id}`);
        print(options, clientAnswer(found), [
          ...issuedLines({ client: found, warnings: [] }),
          `client_name    ${found.metadata.client_name}`,
          ...stateOf(found),
          ...(found.metadata.subject_type === 'pairwise'
            ? [`subjects       pairwise, of the sector ${sectorOf(found)}`]
            : []),
          ...found.metadata.redirect_uris.map((uri) => `redirect_uri   ${uri}`),
          ...(found.metadata.jwks_uri === undefined ? [] : [`jwks_uri       ${found.metadata.jwks_uri}`]),
          ...ownLines(found),
          ...certificateLines(found),
        ]);
      });
    });

  withMetadataOptions(
    withProgressOption(
      withAdministrationOptions(client.command('update [client_id]'), [
        'client update first-client --add-certificate next.pem',
      ]),
    ),
    false,
  )
    .description('change the given metadata and leave the rest')
    .option(
      '--from <file>',
      'change many: a file of JSON lines, each a client_id, its changes, enabled, and the revision it must be at; - for standard input',
    )
    .option('--add-certificate <file>', 'register one more certificate', repeated)
    .option('--remove-certificate <thumbprint>', 'remove the certificate with this x5t#S256', repeated)
    .option('--unset <field>', 'remove a metadata field such as jwks_uri', repeated)
    .option('--enable', 'let the client in again')
    .option('--disable', 'refuse the client everywhere')
    .option('--if-match <revision>', 'change the client only if it is still at this revision')
    .option(
      '--regenerate-secret',
      'give the client a new secret; the old one ends at once, and the access tokens issued before',
    )
    .option('--keep-tokens', 'with --regenerate-secret: leave the access tokens in force')
    .option('--end-tokens', 'end every access token the client was issued before now')
    .action(async (client_id: string | undefined, options: UpdateOptions) => {
      if (options.enable && options.disable)
        throw new UsageError('--enable and --disable exclude each other');
      if (options.keepTokens && options.endTokens)
        throw new UsageError('--keep-tokens and --end-tokens exclude each other');
      if ((client_id === undefined) === (options.from === undefined)) {
        throw new UsageError('name one client_id, or many with --from');
      }
      if (client_id === undefined) {
        await performLines(options, options.from ?? '', changeOf);
        return;
      }
      const metadata = await metadataOf(options);
      for (const field of options.unset ?? []) metadata[field] = null;
      const expected = options.ifMatch === undefined ? undefined : [revisionOf(options.ifMatch)];
      const added = await Promise.all((options.addCertificate ?? []).map(readCertificatePem));
      await withAdministration(options, async ({ clients }) => {
        const delta: ClientDelta = {
          metadata,
          ...(added.length > 0 && { addCertificates: added }),
          ...(options.removeCertificate && { removeCertificates: options.removeCertificate }),
          ...((options.enable || options.disable) && { enabled: options.enable === true }),
          regenerateSecret: options.regenerateSecret === true,
          ...((options.keepTokens || options.endTokens) && { endTokens: options.endTokens === true }),
        };
        const shown = await clients.change(client_id, delta, expected);
        print(options, issuedAnswer(shown), issuedLines(shown));
      });
    });

  withProgressOption(
    withAdministrationOptions(client.command('remove [client_id]'), ['client remove first-client']),
  )
    .description('remove a client with its grants, tokens and consents')
    .option('--from <file>', 'remove many: a file with a client_id in each line; - for standard input')
    .action(async (client_id: string | undefined, options: ListedOptions) => {
      if ((client_id === undefined) === (options.from === undefined)) {
        throw new UsageError('name one client_id, or many with --from');
      }
      if (client_id === undefined) {
        await performLines(options, options.from ?? '', removalOf);
        return;
      }
      await withAdministration(options, async ({ clients }) => {
        await clients.remove(client_id);
        print(options, { client_id, removed: true }, [`${client_id} removed`]);
      });
    });

  return client;
}
