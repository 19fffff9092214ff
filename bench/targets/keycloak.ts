import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AUTHORITY_CERTIFICATE,
  CLIENT_CERTIFICATE,
  type KeyMaterial,
  SERVER_CERTIFICATE,
  SERVER_KEY,
} from '../key-material.ts';
import { runToEnd } from '../own-children.ts';
import { commandIn, KEYCLOAK, makeHome } from '../peers/keycloak.ts';
import { type Client, originOf, type Role } from './dialect.ts';
import { PERSON, REALM, realm, SECRET } from './keycloak-realm.ts';
import type { Target } from './target.ts';

const byCertificate = (role: Role): Client => ({
  client_id: role,
  method: 'certificate',
  identity: role === 'mtls-ca' ? 'issued' : 'self-signed',
});

const listening = (port: number, { folder }: KeyMaterial): readonly string[] => [
  `--hostname=${originOf(port)}`,
  '--http-host=127.0.0.1',
  `--https-port=${port}`,
  `--https-certificate-file=${join(folder, SERVER_CERTIFICATE)}`,
  `--https-certificate-key-file=${join(folder, SERVER_KEY)}`,
  // A client certificate that TLS cannot verify is not shown to Keycloak: the self-signed one has to be here too.
  `--truststore-paths=${[AUTHORITY_CERTIFICATE, CLIENT_CERTIFICATE].map((name) => join(folder, name)).join(',')}`,
];

/** Keycloak in production mode on its embedded database, clients by its X.509 authenticator. */
export const keycloak: Target = {
  name: 'keycloak',
  warmUp: 'rising',
  whyMissing: (peers) => KEYCLOAK.whyMissing(peers),
  async prepare({ material, port, peers }) {
    const home = join(material.folder, 'keycloak-home');
    makeHome(KEYCLOAK.folderIn(peers), home);
    const file = join(home, 'realm.json');
    writeFileSync(file, JSON.stringify(realm(material)));
    await runToEnd(commandIn(home, 'import', '--optimized', '--file', file));
    const base = `/realms/${REALM}`;
    const issuer = `${originOf(port)}${base}`;
    const connect = `${base}/protocol/openid-connect`;
    return {
      start: {
        kind: 'program',
        command: commandIn(home, 'start', '--optimized', ...listening(port, material)),
      },
      first: 'mtls',
      dialect: {
        answers: 'token',
        scope: 'openid',
        paths: {
          token: `${connect}/token`,
          par: `${connect}/ext/par/request`,
          authorize: `${connect}/auth`,
          userinfo: `${connect}/userinfo`,
          introspection: `${connect}/token/introspect`,
        },
        clients: {
          mtls: byCertificate('mtls'),
          'mtls-ca': byCertificate('mtls-ca'),
          app: byCertificate('app'),
          exchange: byCertificate('exchange'),
          secret: { client_id: 'secret', method: 'client_secret_basic', client_secret: SECRET },
          private_key_jwt: { client_id: 'private_key_jwt', method: 'private_key_jwt', audience: issuer },
        },
        authorization: 'by-way-of-itself',
        tokenForPerson: {},
        person: PERSON,
        cannot: {},
      },
    };
  },
};
