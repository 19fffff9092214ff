import { cell, table } from '../../../../docs/site/markdown.ts';
import type { FieldMapping } from '../move/source.ts';
import { DEPLOYMENT_FIELDS } from '../move/wso2/deployment-fields.ts';
import type { Wso2Field } from '../move/wso2/field.ts';
import { OAUTH_FIELDS } from '../move/wso2/oauth-fields.ts';
import { PROVIDER_FIELDS } from '../move/wso2/provider-fields.ts';
import { USER_FIELDS } from '../move/wso2/user-fields.ts';

const INTRODUCTION = `# Moving in from WSO2 Identity Server

Applications, people and trusted certificates of WSO2 Identity Server come over with one command. A client keeps its key, and
the certificate or secret that it proves itself with; people keep their passwords. What cannot come over is named and left
out. What holds of every import is on [its page](import.md).

No running WSO2 Identity Server was at hand when this was made. The forms are those of its code, its documents and files that
others published, from 5.9 to 7.2. If a file of yours is not read, or read as something it does not say, please tell us.

## The files

| what you have | how it is made | what it lacks |
|---|---|---|
| an application as XML, 5.9 to 6.1 | *Export* in the management console, or \`GET /api/server/v1/applications/{id}/export\` | the method and the subject DN, which are not stored; allowed origins; the secret, unless it was asked for and is stored in plain text |
| an application of 7 as XML, YAML or JSON | \`GET /api/server/v1/applications/{id}/exportFile?exportSecrets=true\` | allowed origins; the secret, likewise |
| a folder of \`iamctl\` | \`iamctl exportAll\` | secrets, which it masks |
| the documents of the REST API, \`NAME.json\` and \`NAME-oidc.json\` | \`GET /api/server/v1/applications/{id}\` and \`…/inbound-protocols/oidc\` | nothing |
| people | a dump of the table \`UM_USER\` as CSV with its header; beside it \`UM_USER_ATTRIBUTE\` and \`IDN_IDENTITY_USER_DATA\` | roles and groups |
| user stores | \`repository/deployment/server/userstores/*.xml\` | |
| \`deployment.toml\` | \`repository/conf/deployment.toml\` | |

They may stand in folders. An application that stands in several files is taken from the one that says most; the report names
the others. Give the trust store beside with \`--trust\`, JKS or PKCS#12:

<!-- not run: the files are yours; packages/server/test/import-wso2.long.test.ts imports such an installation -->
\`\`\`sh
npx countersign import --from wso2 applications users.csv deployment.toml userstores \\
  --trust client-truststore.jks --storepass wso2carbon --set subject=user_id --documents translated --dry-run
npx countersign import --from wso2 applications users.csv deployment.toml userstores \\
  --trust client-truststore.jks --storepass wso2carbon --set subject=user_id --answers answers.json
\`\`\`

XML with a document type or with entities of its own is refused, and so is YAML with any Java class but the two of exports.

Start the server once before people come: the first start makes the administrator of \`[super_admin]\`, whose name nobody of the
files takes. WSO2's own \`admin\` is left out until then, and stays another account afterwards.

## Clients that show a certificate

WSO2 compares the certificate itself, and calls that \`tls_client_auth\`. RFC 8705 calls it \`self_signed_tls_client_auth\`, and so
it is here: that very certificate gets in, also one that an authority issued, and no other of the same name or key. The same
holds for a JWKS URI. Where its keys have WSO2's \`x5t\`, base64url of the hexadecimal digits of SHA-256, the one certificate of
that thumbprint is meant.

- **Secret or certificate.** WSO2 lets such a client use its secret or its certificate, request by request. Here a client has
  one method: the certificate. Answer \`token_endpoint_auth_method\` with \`client_secret_basic\` and it is the secret, which may then
  stand in the header or the body.
- **A subject DN**, which 7 stores, is asked for by WSO2 beside the certificate. It adds nothing to the certificate that has it. By
  the DN alone a renewed certificate would get in, and any other of that name: that is PKI, and WSO2 does not do it. Answer
  \`token_endpoint_auth_method\` with \`tls_client_auth\` and \`authority\` with one of \`--trust\` where you want it.
- **The trust store** of WSO2 holds certificates of clients and the public roots that came with Java. None is an authority here
  unless \`--authority\` names it.

## What you may be asked

\`\`\`json
{
  "clients": {
    "Pl4yGr0und2kEyq7ZsT1vUwXaBca": { "accept_redirect_uris": ["http://wso2is.local:8080/playground2/oauth2client"] },
    "T1deGauge_Key-8hVnQ2rYw5LsBa": { "redirect_uris": ["https://north.tide-gauge.example/callback"] },
    "M00ringCraneKeyc6JdF3pGxR9Ea": { "token_endpoint_auth_method": "tls_client_auth", "authority": "dockside-ca" }
  },
  "settings": { "subject": "user_id" }
}
\`\`\`

| asked | when | without an answer |
|---|---|---|
| \`redirect_uris\` | \`regexp=\` stands for more than fixed addresses | the client comes over without \`authorization_code\`; one without any other grant is left out |
| \`accept_redirect_uris\` | a callback is plain http to a host that is not loopback | the same |
| \`client_secret\` | the client uses its secret, and the file has none, \`null\` or \`********\` | the client is left out; on a terminal you are asked |
| \`token_endpoint_auth_method\` | the files have nothing that the stored method needs, or name one that nobody knows | the client is left out |
| \`authority\` | \`tls_client_auth\` was answered | the client is left out |

\`regexp=(https://a.example/cb1|https://a.example/cb2)\`, as WSO2's console writes several callbacks, is two redirect URIs. A callback
that is accepted stands in \`plain_http_redirect_uris\` of the client, which [only the operator sets](dynamic-registration.md#the-uris-of-a-client).

| \`--set\` | what it says |
|---|---|
| \`subject\` | what \`sub\` was: \`user_id\` (\`UM_USER_ID\`, usual from 7 on), \`username\` (before), \`username_with_domain\`, \`username_with_tenant\`, \`username_with_domain_and_tenant\`. Nobody comes over until it is said: everybody's \`sub\` would change |
| \`password_digest\`, \`password_digest.DOMAIN\` | how a user store keeps passwords, where no configuration of it is given: \`SHA-256\`, \`PBKDF2\` … as \`PasswordDigest\` has it |
| \`store_salted_password\`, \`store_salted_password.DOMAIN\` | \`false\` where passwords have no salt |
| \`pbkdf2_iterations\`, \`pbkdf2_iterations.DOMAIN\` | where no configuration says them; 10000 are usual |
| \`user_store.FILE\` | the user store that a dump is of, where its name (\`users-PARTNERS.csv\`) or folder does not say it |
| \`tenant\` | the tenant that comes over, \`-1234\` unless another is named |
| \`scope\` | scopes that every client may ask for beside those of OpenID Connect: WSO2 gives any, and its files name none |
| \`trusted_addresses\` | the proxies that may say which certificate a client has; WSO2 believes everybody |
| a name in double braces | what a keyword of iamctl stands for: \`--set TIDE_HOST=…\` for \`{{TIDE_HOST}}\`; the client is left out until it is said |

## People

A row of \`UM_USER\` does not say how its password was made: the user store does, by its file in \`userstores\`, by
\`[user_store.properties]\` of \`deployment.toml\`, or by \`--set password_digest\`. MD5, SHA-1, SHA-256, SHA-384 and SHA-512, salted or
not, PBKDF2 and plain text can be taken; the salt enters as the text of its column. A password is checked as it was typed there and
is hashed as this server does at the next sign-in. Of other digests, such as bcrypt, the person comes over without a password.

Whoever has to change the password (\`UM_REQUIRE_CHANGE\`) is asked for a new one before anything is issued. Who is locked or
disabled, in the identity database or by an attribute, comes over disabled. An authenticator app is set up anew, because WSO2
encrypts its secret by a key of its own. People of a secondary user store sign in as \`PARTNERS/olga\`. Names are compared without
regard to case, as there. Directories (LDAP) and SCIM are not read.

## deployment.toml

It is translated, and never put in place: \`--documents FOLDER\` writes what this server would have, for you to read. Each key that
is left out is in the report. It may hold passwords; the file is readable for you alone.

## What a client notices

- **The address.** The issuer is this server's, and so are its endpoints.
- **Scopes** have to be registered: see \`--set scope\`.
- **Tokens** of type \`Default\` stay opaque, and are introspected. A token whose client showed a certificate is bound to it, unless
  \`tls_client_certificate_bound_access_tokens\` is \`false\`.
- **\`plain\`** of PKCE, the implicit grant, SAML, Windows sign-in and front-channel logout are not there.
- **After signing out** people are sent to one of the callbacks, as there.

## Field by field

These tables are those that the import itself goes by. \`same\`: it means the same here. \`changed\`: it comes over as
something else. \`lost\`: it does not come over. \`asked\`: it does with an answer. What no table has is told of by its name.
Names are those of YAML and JSON; XML of 5 and 7 and the REST API have other places for some.
`;

const code = (text: string | undefined): string => (text === undefined ? '' : `\`${text}\``);

const row = ({ field, ours, outcome, why }: FieldMapping): readonly string[] => [
  code(field),
  ours === undefined ? '' : cell(ours),
  outcome,
  cell(why),
];

const clientRow = (field: Wso2Field): readonly string[] => {
  const [name = '', ...others] = row(field);
  return [name, code(field.xml), code(field.rest), ...others];
};

const clientTable = (fields: readonly Wso2Field[]) =>
  table(
    ['WSO2', 'in XML, where it differs', 'in the REST API', 'here', 'outcome', 'how'],
    fields.map(clientRow),
  );

/** The page of what becomes of each field of WSO2's, Markdown. */
export const importWso2Page = (): string =>
  [
    INTRODUCTION,
    `### The OAuth application\n\n${clientTable(OAUTH_FIELDS)}\n`,
    `### The service provider\n\n${clientTable(PROVIDER_FIELDS)}\n`,
    `### People\n\n${table(['WSO2', 'here', 'outcome', 'how'], USER_FIELDS.map(row))}\n`,
    `### Keys of deployment.toml\n\n${table(['WSO2', 'here', 'outcome', 'how'], DEPLOYMENT_FIELDS.map(row))}\n`,
    'Of `[[event_listener]]` the one of the mutual-TLS page is the same here; each other is named and left out.',
    '',
  ].join('\n');
