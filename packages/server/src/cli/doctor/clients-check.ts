import { everyItem } from '../../storage/every-item.ts';
import type { Storage } from '../../storage/storage.ts';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import { type Found, failed, named, warning } from './finding.ts';

/** How long clients are read, milliseconds. */
const READING_MS = 5_000;

const BY_CERTIFICATE = ['tls_client_auth', 'self_signed_tls_client_auth'] as const;

/** Who needs a certificate where none is asked for. */
async function askedFindings(
  { configuration }: Examination,
  storage: Storage | undefined,
): Promise<readonly Found[]> {
  const { https, mtls } = configuration.atStart.transport;
  const { transport, sign_in, admin_console } = configuration.now();
  const byHeader = transport.proxy.certificate_header !== undefined;
  const asksBrowsers = https.clientAuth !== 'none' && !mtls.enable;
  if (byHeader) return [];
  const people = [
    ...(sign_in.client_certificate ? ['[sign_in] client_certificate'] : []),
    ...(admin_console.authenticator.mutual_ssl_authenticator.enable
      ? ['[admin_console.authenticator.mutual_ssl_authenticator] enable']
      : []),
  ];
  const ofPeople =
    asksBrowsers || people.length === 0
      ? []
      : [
          warning(
            'certificates_not_asked_for',
            `${people.join(' and ')} ${people.length === 1 ? 'is' : 'are'} true, and the port of people asks for no certificate`,
          ),
        ];
  if (https.clientAuth !== 'none' || mtls.enable || storage === undefined) return ofPeople;
  const pages = await Promise.all(
    BY_CERTIFICATE.map((token_endpoint_auth_method) =>
      storage.clients.list({ limit: 10, enabled: true, token_endpoint_auth_method }),
    ),
  );
  const names = pages.flatMap(({ items }) =>
    items.map(({ client_id, metadata }) => `${client_id} (${metadata.client_name})`),
  );
  const more = pages.some(({ next }) => next !== undefined) ? ', among others' : '';
  return [
    ...ofPeople,
    ...(names.length === 0
      ? []
      : [
          failed(
            'certificates_not_asked_for',
            `[transport.https] clientAuth is "none", and these clients authenticate by certificate: ${named(names)}${more}`,
          ),
        ]),
  ];
}

/** Clients whose trust group is not there any more. */
async function groupFindings(
  { configuration, clock }: Examination,
  { clients }: Pick<Storage, 'clients'>,
): Promise<readonly Found[]> {
  const known = new Set(configuration.now().trust_group.map(({ name }) => name));
  const until = clock() + READING_MS;
  const found: Found[] = [];
  for await (const { client_id, metadata } of everyItem((page) => clients.list({ ...page, enabled: true }))) {
    const { trust_group, client_name } = metadata;
    if (trust_group !== undefined && !known.has(trust_group)) {
      found.push(
        failed(
          'trust_group_gone',
          `client ${client_id} (${client_name}) names the trust group ${JSON.stringify(trust_group)}, which deployment.toml does not have`,
        ),
      );
    }
    if (clock() > until) break;
  }
  return found;
}

/** Whether clients can get in by what they are registered with. */
export const clientsCheck = check('clients', async (examination) => {
  const storage = await examination.storage();
  return [
    ...(await askedFindings(examination, storage)),
    ...(storage === undefined ? [] : await groupFindings(examination, storage)),
  ];
});
