import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../packages/server/test/free-port.ts';
import { certificateClient } from '../../certificate-client.ts';
import type { Language, Place, Row } from '../../place.ts';
import { callApi, keyStoreOf, relyingParty, signInAt } from '../flows.ts';
import { buildWithMaven, type Environment, type Launch, missingTools } from '../jvm.ts';

const FOLDER = import.meta.dirname;
const JAR = join(FOLDER, 'target/quarkus-app/quarkus-run.jar');
const LISTENING = /Listening on: /;

/** The application, with one of its configurations. */
const application = (profile: string, environment: Environment): Launch => ({
  jar: JAR,
  options: [`-Dquarkus.profile=${profile}`],
  environment,
});

async function loginBySecret(place: Place): Promise<void> {
  const port = await freePort();
  const url = `http://localhost:${port}/login`;
  const client = await place.addClient({
    ...relyingParty(url),
    token_endpoint_auth_method: 'client_secret_basic',
  });
  const web = application('login', {
    QUARKUS_HTTP_PORT: String(port),
    ISSUER: place.issuer,
    CLIENT_ID: client.client_id,
    CLIENT_SECRET: client.client_secret ?? '',
  });
  await signInAt(place, web, LISTENING, url);
}

async function loginByCertificate(place: Place): Promise<void> {
  const port = await freePort();
  const url = `http://localhost:${port}/login`;
  const { client, identity } = await certificateClient(place, 'tls_client_auth', relyingParty(url));
  const web = application('certificate', {
    QUARKUS_HTTP_PORT: String(port),
    ISSUER: place.issuer,
    CLIENT_ID: client.client_id,
    SERVER_CERTIFICATE: place.serverCertificateFile,
    ...keyStoreOf(identity),
  });
  await signInAt(place, web, LISTENING, url);
}

const api = (place: Place): Promise<void> =>
  callApi(place, (port, environment) => ({
    launch: application('api', { ...environment, QUARKUS_HTTP_SSL_PORT: String(port) }),
    ready: LISTENING,
    url: `https://localhost:${port}/api`,
    takesUnbound: false,
  }));

async function rows(): Promise<readonly Row[]> {
  const pom = await readFile(join(FOLDER, 'pom.xml'), 'utf8');
  const version = /<quarkus\.version>(.*?)</.exec(pom)?.[1] ?? '';
  const login = { program: 'Quarkus, web-app', version, flow: 'code, UserInfo' };
  return [
    { ...login, method: 'client_secret_basic', run: loginBySecret },
    { ...login, method: 'tls_client_auth', run: loginByCertificate },
    {
      program: 'Quarkus, service',
      version,
      method: 'access token',
      flow: 'JWT, bound',
      note: '`token.binding.certificate`',
      run: api,
    },
  ];
}

/** Quarkus, which takes minutes to build. */
export const quarkus: Language = {
  name: 'Quarkus',
  missing: missingTools,
  build: () => buildWithMaven(FOLDER),
  rows,
};
