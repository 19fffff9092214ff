import { join } from 'node:path';
import { freePort } from '../../packages/server/test/free-port.ts';
import { assertBoundTo, type CertificateMethod, certificateClient } from '../certificate-client.ts';
import type { Language, Place, Row } from '../place.ts';
import { run } from '../program.ts';
import { serviceRow } from '../service.ts';
import { callApi, callApiByRole, keyStoreOf, relyingParty, signInAt } from './flows.ts';
import { buildWithMaven, type Environment, type Launch, missingTools, runJava } from './jvm.ts';

const JAR = join(import.meta.dirname, 'target', 'interop-java.jar');
const SPRING_STARTED = /: Started \w+ in /;

/** One of the jar's programs, by its class. */
const program = (main: string, environment: Environment): Launch => ({
  jar: JAR,
  options: [`-Dloader.main=${main}`],
  environment,
});

/** One of the jar's applications of Spring, with one of its configurations. */
const spring = (main: string, configuration: string, environment: Environment): Launch => ({
  ...program(main, environment),
  arguments: [`--spring.config.name=${configuration}`],
});

/** Runs a program that asks for a token over mutual TLS and prints the answer. */
async function tokenOverMutualTls(place: Place, main: string, method: CertificateMethod): Promise<void> {
  const { client, identity } = await certificateClient(place, method, {
    grant_types: ['client_credentials'],
  });
  const environment = { ISSUER: place.issuer, CLIENT_ID: client.client_id, METHOD: method };
  const answer = await runJava(place, program(main, { ...environment, ...keyStoreOf(identity) }));
  assertBoundTo(JSON.parse(answer).access_token, identity);
}

async function nimbusLogin(place: Place): Promise<void> {
  const port = await freePort();
  const client = await place.addClient({
    ...relyingParty(`http://localhost:${port}/callback`),
    token_endpoint_auth_method: 'client_secret_basic',
  });
  const login = program('nimbus.Login', {
    ISSUER: place.issuer,
    CLIENT_ID: client.client_id,
    CLIENT_SECRET: client.client_secret ?? '',
    PORT: String(port),
  });
  await signInAt(place, login, /^Listening/m, `http://localhost:${port}/`);
}

/** What a sign-in by Spring Security needs, whatever it authenticates with. */
async function springRelyingParty(place: Place) {
  const port = await freePort();
  return {
    metadata: relyingParty(`http://localhost:${port}/login/oauth2/code/countersign`),
    signInAt: (application: (environment: Environment) => Launch, clientId: string) =>
      signInAt(
        place,
        application({ SERVER_PORT: String(port), ISSUER: place.issuer, CLIENT_ID: clientId }),
        SPRING_STARTED,
        `http://localhost:${port}/oauth2/authorization/countersign`,
      ),
  };
}

async function springLogin(place: Place): Promise<void> {
  const party = await springRelyingParty(place);
  const client = await place.addClient({
    ...party.metadata,
    token_endpoint_auth_method: 'client_secret_basic',
  });
  const secret = { CLIENT_SECRET: client.client_secret ?? '' };
  await party.signInAt(
    (environment) => spring('springlogin.LoginApplication', 'login', { ...environment, ...secret }),
    client.client_id,
  );
}

async function springLoginByKeyStore(place: Place): Promise<void> {
  const party = await springRelyingParty(place);
  const { client, identity } = await certificateClient(place, 'tls_client_auth', party.metadata);
  const keyStore = [
    `-Djavax.net.ssl.keyStore=${identity.pkcs12File}`,
    `-Djavax.net.ssl.keyStorePassword=${identity.pkcs12Password}`,
  ];
  await party.signInAt((environment) => {
    const application = spring('springlogin.LoginApplication', 'login-key-store', environment);
    return { ...application, options: [...(application.options ?? []), ...keyStore] };
  }, client.client_id);
}

async function springLoginByBundle(place: Place): Promise<void> {
  const party = await springRelyingParty(place);
  const { client, identity } = await certificateClient(place, 'self_signed_tls_client_auth', {
    ...party.metadata,
    scope_claims_in_id_token: true,
  });
  const keyStore = keyStoreOf(identity);
  await party.signInAt(
    (environment) => spring('springbundle.LoginApplication', 'login-bundle', { ...environment, ...keyStore }),
    client.client_id,
  );
}

const springApi = (port: number, environment: Environment) => ({
  launch: spring('springapi.ApiApplication', 'api', { ...environment, SERVER_PORT: String(port) }),
  ready: SPRING_STARTED,
  url: `https://localhost:${port}/`,
  takesUnbound: true,
});

/** The versions of the libraries that the jar holds. */
async function versionsInJar(): Promise<(library: string) => string> {
  const names = await run('jar', ['tf', JAR], { cwd: import.meta.dirname });
  return (library) => {
    const version = new RegExp(`^BOOT-INF/lib/${library}-(\\d[^/]*)\\.jar$`, 'm').exec(names)?.[1];
    if (version === undefined) throw new Error(`${JAR} holds no ${library}`);
    return version;
  };
}

async function versionOfJava(): Promise<string> {
  const printed = await run('java', ['--version'], { cwd: import.meta.dirname });
  return /^\S+ (\d+)/.exec(printed)?.[1] ?? printed;
}

async function rows(): Promise<readonly Row[]> {
  const versionOf = await versionsInJar();
  const httpClient = { program: 'Java, java.net.http.HttpClient', version: await versionOfJava() };
  const nimbus = { program: 'Nimbus OAuth 2.0 SDK', version: versionOf('oauth2-oidc-sdk') };
  const login = {
    program: 'Spring Security, login',
    version: versionOf('spring-security-oauth2-client'),
    flow: 'code, UserInfo',
  };
  const overMutualTls = (tried: Pick<Row, 'program' | 'version'>, main: string): readonly Row[] =>
    (['tls_client_auth', 'self_signed_tls_client_auth'] as const).map((method) => ({
      ...tried,
      method,
      flow: 'client_credentials',
      run: (place) => tokenOverMutualTls(place, main, method),
    }));
  return [
    ...overMutualTls(httpClient, 'httpclient.MutualTls'),
    serviceRow(httpClient, (place, { clientId, pkcs12File, pkcs12Password, trustStoreFile, api }) => {
      const settings = { ISSUER: place.issuer, CLIENT_ID: clientId, API: api };
      const keyStore = { KEY_STORE: pkcs12File, KEY_STORE_PASSWORD: pkcs12Password };
      const launch = program('httpclient.CallingService', { ...settings, ...keyStore });
      const trust = `-Djavax.net.ssl.trustStore=${trustStoreFile}`;
      return runJava(place, { ...launch, options: [...(launch.options ?? []), trust] });
    }),
    ...overMutualTls(nimbus, 'nimbus.ClientCredentials'),
    {
      ...nimbus,
      method: 'client_secret_basic',
      flow: 'code, UserInfo',
      note: '`IDTokenValidator` with its defaults',
      run: nimbusLogin,
    },
    { ...login, method: 'client_secret_basic', run: springLogin },
    {
      ...login,
      method: 'tls_client_auth',
      note: "the JVM's key store, shown to every endpoint",
      run: springLoginByKeyStore,
    },
    {
      ...login,
      method: 'self_signed_tls_client_auth',
      flow: 'code',
      note: 'an SSL bundle, shown to the token endpoint alone',
      run: springLoginByBundle,
    },
    {
      program: 'Spring Security, resource server',
      version: versionOf('spring-security-oauth2-resource-server'),
      method: 'access token',
      flow: 'JWT, bound and unbound',
      note: '`typ` has to be named',
      run: (place) => callApi(place, springApi),
    },
    {
      program: 'Spring Security, resource server',
      version: versionOf('spring-security-oauth2-resource-server'),
      method: 'access token',
      flow: 'authorises by role',
      note: '`authorities-claim-name`',
      run: (place) => callApiByRole(place, springApi),
    },
  ];
}

/** Java: the JDK's own client, Nimbus and Spring Security. */
export const java: Language = {
  name: 'Java',
  missing: missingTools,
  build: () => buildWithMaven(import.meta.dirname),
  rows,
};
