import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../../../packages/server/test/free-port.ts';
import { accountApi, DETAILS_TYPE } from './account-api.ts';
import { AUDIENCE, isObject, setUpBank } from './bank.ts';
import { consentAt, type Person } from './browser.ts';
import { createAuthority } from './certificates.ts';
import { countersign, serving } from './processes.ts';
import {
  GUARDS,
  type GuardName,
  guardOfThisMachine,
  type ProtectedApi,
  protectedApi,
} from './protected-api.ts';
import { redirectTo, startThirdParty, type ThirdParty } from './third-party.ts';

/**
 * Account information as PSD2 has it, with FAPI 2.0: a bank, a third party with an eIDAS-like certificate, a person who
 * consents on the bank's pages, and a thief who gets hold of the token. `npm run psd2` runs it from beginning to end.
 */

/** Numbers of licences, as the organizationIdentifier of certificates has them: they are the client_ids, too. */
const ACME = 'PSDDE-BAFIN-123456';
const OTHER = 'PSDDE-BAFIN-654321';
/** How long a person with a browser of their own may take. */
const BY_HAND_WITHIN_MS = 600_000;
const CAUSE_WITHIN_MS = 5_000;

const say = (text: string) => process.stdout.write(`${text}\n`);
const step = (text: string) => say(`\n── ${text}`);

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected ${what}`);
}

/** What a token says. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  if (!isObject(claims)) throw new Error('expected the claims of a token');
  return claims;
}

/** Shows a call as it was answered. */
async function shown(
  what: string,
  answering: Promise<Response>,
): Promise<{ readonly response: Response; readonly json: unknown }> {
  const response = await answering;
  const text = await response.text();
  say(`${what}\n  HTTP ${response.status} ${text}`);
  const challenge = response.headers.get('www-authenticate');
  if (challenge !== null) say(`  www-authenticate: ${challenge}`);
  return { response, json: text === '' ? undefined : JSON.parse(text) };
}

/** Everything that goes well: announced, consented to, fetched, read. @returns the tokens, for the thief */
async function accountInformation(
  thirdParty: ThirdParty,
  api: string,
  atBank: (address: URL, back: Promise<unknown>) => Promise<void>,
) {
  step(
    'The third party announces the consent, for itself: @countersign/client fetches a token bound to its certificate',
  );
  const announced = await shown(
    `POST ${api}/consents`,
    thirdParty.itself.fetch(`${api}/consents`, { method: 'POST' }),
  );
  expectThat(announced.response.status === 201 && isObject(announced.json), 'a consent');
  const { consent_id } = Object(announced.json);

  step('It pushes what it asks of the person, as a signed request (PAR, JAR, PKCE), over its certificate');
  const details = [
    {
      type: DETAILS_TYPE,
      consent_id,
      accounts: ['DE02120300000000202051'],
      actions: ['list_accounts', 'read_balances'],
      locations: [AUDIENCE],
    },
  ];
  say(`authorization_details: ${JSON.stringify(details, null, 2)}`);
  const { address, access } = await thirdParty.ask(details);
  say(`The person's browser is sent to an address that holds nothing but a reference:\n  ${address.href}`);

  step('The person consents, on the bank’s own pages');
  await Promise.all([access, atBank(address, access)]);
  const { accessToken, refreshToken, scope } = await access;
  const { cnf, authorization_details, aud } = claimsOf(accessToken);
  say(`The third party has a token for "${scope}". It says:`);
  say(JSON.stringify({ aud, cnf, authorization_details }, null, 2));
  expectThat(isObject(cnf) && typeof cnf['x5t#S256'] === 'string', 'a token bound to a certificate');

  step('It reads what was consented to, over connections that show its certificate');
  const list = await shown(`GET ${api}/accounts`, thirdParty.call(`${api}/accounts`, accessToken));
  expectThat(list.response.status === 200, 'the accounts');
  const balances = `${api}/accounts/DE02120300000000202051/balances`;
  const balance = await shown(`GET ${balances}`, thirdParty.call(balances, accessToken));
  expectThat(balance.response.status === 200, 'a balance');
  const savings = `${api}/accounts/DE02500105170137075030/balances`;
  const other = await shown(`GET ${savings}`, thirdParty.call(savings, accessToken));
  expectThat(other.response.status === 403, 'no balance of an account that nobody consented to');
  return { accessToken, refreshToken };
}

/** Everything that is refused, and why. */
async function theft(
  thief: ThirdParty,
  stolen: { readonly accessToken: string; readonly refreshToken: string | undefined },
  { url, api, home }: { readonly url: string; readonly api: ProtectedApi; readonly home: string },
): Promise<void> {
  step('The token is stolen. The thief is licensed too, and shows a good certificate: its own');
  const refused = await shown(`GET ${url}/accounts`, thief.call(`${url}/accounts`, stolen.accessToken));
  expectThat(refused.response.status === 401, 'a refusal');

  step('Why? The caller reads no cause; the bank does');
  const event = refused.response.headers.get('countersign-event-id');
  say(
    event === null
      ? 'The middleware told the API:'
      : `The answer names the event ${event}, and the gate wrote of it:`,
  );
  // What the gate wrote comes by another way than its answer, and may be later.
  const late = Date.now() + CAUSE_WITHIN_MS;
  let refusal = api.refusal(event);
  while (refusal === undefined && Date.now() < late) {
    await pause(20);
    refusal = api.refusal(event);
  }
  if (refusal === undefined) throw new Error('expected the cause of the refusal');
  const { because, expected, presented } = refusal;
  say(JSON.stringify({ because, expected, presented }, null, 2));
  expectThat(because === 'certificate_differs', 'certificate_differs');

  step('At the bank’s token endpoint the refresh token is worth nothing either: it is another client’s');
  const { refreshToken = '' } = stolen;
  expectThat(refreshToken !== '', 'a refresh token');
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const again = await shown('POST /oauth2/token', thief.requestToken(form));
  const id = again.response.headers.get('countersign-event-id');
  expectThat(again.response.status === 400 && id !== null, 'a refusal with an event');
  say(`$ countersign explain ${id}`);
  say((await countersign(['explain', id ?? '', '--home', home])).trimEnd());
}

/** Tells a person with a browser of their own what to do, and waits until they are back. */
async function byHand(address: URL, back: Promise<unknown>, { username, password }: Person): Promise<void> {
  say('Open this address in your browser, and accept the certificates that were made for this example:');
  say(`  ${address.href}`);
  say(`Sign in as ${username} with the password ${password}, and allow what is asked.`);
  say('The address is good for 90 seconds, your answer for ten minutes.');
  const late = pause(BY_HAND_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new Error('nobody came back within ten minutes');
  });
  await Promise.race([back, late]);
}

async function psd2(started: AsyncDisposableStack, guard: GuardName, isByHand: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-psd2-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const [port, thirdPort, thiefPort] = [await freePort(), await freePort(), await freePort()];
  const issuer = `https://localhost:${port}`;

  step('An authority makes eIDAS-like certificates for two licensed third parties');
  const authority = await createAuthority(join(folder, 'certificates'));
  const acme = await authority.license('Acme Budget GmbH', ACME);
  const other = await authority.license('Other Finance GmbH', OTHER);
  for (const { subject } of [acme, other]) say(`  ${subject}`);
  const server = await authority.server('third-parties');

  step('The bank: its authorization server, the kind of consent it knows, and a person with two accounts');
  const { person, accountsOf, register } = await setUpBank(home, port);
  await register(
    [
      { clientId: ACME, name: 'Acme Budget', licensed: acme, redirectUri: redirectTo(thirdPort) },
      { clientId: OTHER, name: 'Other Finance', licensed: other, redirectUri: redirectTo(thiefPort) },
    ],
    authority.certificate,
  );
  const bank = await serving(['serve', '--home', home], 'Countersign is listening on ');
  started.defer(() => bank.stop());
  say(`${issuer}, with both registered under the profile fapi2-security`);

  step(
    guard === 'middleware'
      ? 'The account API, with the middleware in front of its routes: neither HAProxy nor nginx is used'
      : `The account API behind ${guard}, and the gate that ${guard} asks about each request`,
  );
  const issuerCertificateFile = join(home, 'repository/resources/security/server.pem');
  const issuerCertificate = await readFile(issuerCertificateFile, 'utf8');
  const api = await protectedApi(guard, {
    api: accountApi(accountsOf),
    folder,
    issuer,
    issuerCertificate,
    issuerCertificateFile,
    audience: AUDIENCE,
    server: await authority.server('api'),
  });
  started.defer(() => api.stop());
  const url = `https://localhost:${api.port}`;
  say(url);

  const trusted = [issuerCertificate, authority.certificate];
  const common = { issuer, trusted, server };
  const thirdParty = await startThirdParty({ ...common, clientId: ACME, licensed: acme, port: thirdPort });
  started.defer(() => thirdParty.stop());
  const thief = await startThirdParty({ ...common, clientId: OTHER, licensed: other, port: thiefPort });
  started.defer(() => thief.stop());

  const stolen = await accountInformation(thirdParty, url, (address, back) =>
    isByHand
      ? byHand(address, back, person)
      : consentAt(address, person, trusted, (lines) => {
          for (const line of lines) say(`  │ ${line}`);
        }),
  );
  await theft(thief, stolen, { url, api, home });
}

function optionsOf(): { readonly guard: GuardName; readonly isByHand: boolean } {
  const { values } = parseArgs({
    options: { 'by-hand': { type: 'boolean', default: false }, guard: { type: 'string' } },
  });
  const guard =
    values.guard === undefined ? guardOfThisMachine() : GUARDS.find((name) => name === values.guard);
  if (guard === undefined) throw new TypeError(`--guard is one of ${GUARDS.join(', ')}`);
  return { guard, isByHand: values['by-hand'] };
}

const started = new AsyncDisposableStack();
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    started.disposeAsync().finally(() => process.exit(code));
  });
}
try {
  const { guard, isByHand } = optionsOf();
  await psd2(started, guard, isByHand);
  say('\nEvery token was worth something to its own client alone.');
} catch (error) {
  process.stderr.write(`\nThe example failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await started.disposeAsync();
}
