import { claimsOf } from '../../packages/server/test/token-client.ts';
import { freeAddress } from '../address.ts';
import { assertBoundTo, certificateClient } from '../certificate-client.ts';
import type { Row } from '../place.ts';
import { serviceRow } from '../service.ts';
import {
  assertSignsIn,
  certificateOf,
  type Environment,
  pinned,
  runService,
  secretOf,
  tokenFrom,
} from './programs.ts';

/** A library that has one program for a service and one for an application that signs people in. */
type Library = {
  readonly name: string;
  readonly service: string;
  readonly login: string;
  /** Told to the application, besides server and client. */
  readonly environment?: Environment;
  readonly secretNote?: string;
  readonly certificateNote?: string;
};

function rowsOf({ name, service, login, environment = {}, ...notes }: Library): readonly Row[] {
  const secret = {
    program: name,
    version: pinned(name),
    method: 'client_secret_basic',
    ...(notes.secretNote !== undefined && { note: notes.secretNote }),
  };
  const certificate = {
    program: name,
    version: pinned(name),
    method: 'self_signed_tls_client_auth',
    ...(notes.certificateNote !== undefined && { note: notes.certificateNote }),
  };
  return [
    {
      ...secret,
      flow: 'client_credentials',
      async run(place) {
        const client = await place.addClient({ grant_types: ['client_credentials'] });
        const { access_token } = await tokenFrom(place, service, secretOf(client));
        claimsOf(access_token);
      },
    },
    {
      ...certificate,
      flow: 'client_credentials',
      async run(place) {
        const registered = await certificateClient(place, 'self_signed_tls_client_auth', {
          grant_types: ['client_credentials'],
        });
        const { access_token } = await tokenFrom(place, service, certificateOf(registered));
        assertBoundTo(access_token, registered.identity);
      },
    },
    {
      ...secret,
      flow: 'code',
      async run(place) {
        const address = await freeAddress();
        const client = await place.addClient({
          grant_types: ['authorization_code'],
          redirect_uris: [`${address.origin}/callback`],
        });
        await assertSignsIn(place, login, address, { ...environment, ...secretOf(client) });
      },
    },
    {
      ...certificate,
      flow: 'code',
      async run(place) {
        const address = await freeAddress();
        const registered = await certificateClient(place, 'self_signed_tls_client_auth', {
          grant_types: ['authorization_code'],
          redirect_uris: [`${address.origin}/callback`],
        });
        await assertSignsIn(place, login, address, { ...environment, ...certificateOf(registered) });
      },
    },
  ];
}

export const libraryRows = (): readonly Row[] => [
  ...rowsOf({ name: 'Authlib', service: 'authlib_service.py', login: 'authlib_login.py' }),
  ...rowsOf({
    name: 'requests-oauthlib',
    service: 'requests_oauthlib_service.py',
    login: 'requests_oauthlib_login.py',
    // The application itself is reached without TLS.
    environment: { OAUTHLIB_INSECURE_TRANSPORT: '1' },
    certificateNote: 'sends an empty password beside the certificate',
  }),
  serviceRow({ program: 'httpx', version: pinned('httpx') }, (place, settings) =>
    runService(place, 'httpx_service.py', settings),
  ),
];
