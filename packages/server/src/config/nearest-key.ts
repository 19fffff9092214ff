import { ownMember } from '../own-member.ts';
import { KEYS, SECTIONS } from './deployment-schema.ts';
import { nearestFirst } from './edit-distance.ts';

/** Names operators bring along from WSO2 and Tomcat, and where the same is written here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'server.offset': 'server.port',
  'server.node_ip': 'server.bind',
  'server.base_path': 'server.base_url',
  'server.proxy_context_path': 'server.base_url',
  'transport.https.sslHostConfig': 'transport.https.clientAuth',
  'transport.https.certificateVerification': 'transport.https.clientAuth',
  'transport.https.properties': 'transport.https.max_header_size',
  'transport.https.port': 'server.port',
  'transport.https.maxHttpHeaderSize': 'transport.https.max_header_size',
  'transport.https.maxPostSize': 'transport.https.max_body_size',
  'transport.https.sslEnabledProtocols': 'transport.https.minimum_tls_version',
  'oauth.token_validation': 'oauth.access_token_lifetime',
  'keystore.tls': 'keystore.primary',
  'database.shared_db': 'database.identity_db',
};

const normalised = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');

/** The names that may stand directly in each table. */
const NAMES: readonly (readonly string[])[] = [
  ...new Map(
    [...KEYS, ...SECTIONS]
      .flatMap(({ path }) => path.map((_, index) => path.slice(0, index + 1)))
      .map((path) => [path.join('.'), path]),
  ).values(),
];

/**
 * The known key or section an unknown one was probably meant to be: first under a name that other servers
 * use, then among its neighbours, then the same name anywhere.
 * @param path the unknown key, without list positions
 */
export function nearestKey(path: readonly string[]): string | undefined {
  const elsewhere = ownMember(ELSEWHERE, path.join('.'));
  if (elsewhere) return elsewhere;
  const name = path.at(-1) ?? '';
  const parent = path.slice(0, -1).join('.');
  const wanted = normalised(name);
  const [neighbour] = nearestFirst(
    wanted,
    NAMES.filter((known) => known.slice(0, -1).join('.') === parent),
    (known) => normalised(known.at(-1) ?? ''),
    Math.max(1, Math.floor(wanted.length / 3)),
  );
  const nearest = neighbour ?? NAMES.find((known) => normalised(known.at(-1) ?? '') === wanted);
  return nearest?.join('.');
}
