import { cell, table } from '../../../../docs/site/markdown.ts';
import { type Field, SECTIONS } from '../move/keycloak/fields.ts';

const INTRODUCTION = `# Moving in from Keycloak

A realm comes over with one command: its clients with their secrets, keys and certificates, its people with their passwords
and authenticator apps, groups, roles and claims. No client and no person has to change a secret. What cannot come over is
left out and named; nothing is imported by halves.

## The files

| what you have | how it is made | what it lacks |
|---|---|---|
| an export of the server, one file | \`kc.sh export --realm harbour --users same_file --file harbour-realm.json\` | nothing |
| an export of the server, a folder | \`kc.sh export --realm harbour --users different_files --dir export\` | nothing; for many people |
| a partial export | \`POST /admin/realms/harbour/partial-export?exportClients=true&exportGroupsAndRoles=true\`, or *Partial export* in the admin console | client secrets and people |
| people of the Admin API | \`GET /admin/realms/harbour/users?briefRepresentation=false\` | passwords, authenticator apps, groups, roles |
| clients of the Admin API, or of *Export* on the page of one | \`GET /admin/realms/harbour/clients\` | the realm, with its scopes and lifetimes |

Several files may be given, such as a partial export and its people, and folders. Of a folder the files that end with \`.json\`
are read. One import is of one realm: where the files have several, \`--set realm=harbour\` says which. The files hold secrets
and password hashes; keep them as you keep a database.

No export has the trust store of Keycloak. Where clients authenticate by certificates, give its authorities beside:

<!-- not run: the files are yours; packages/server/test/import-keycloak.long.test.ts imports such a realm -->
\`\`\`sh
npx countersign import --from keycloak harbour-realm.json --trust ca.pem --authority ca --dry-run
npx countersign import --from keycloak harbour-realm.json --trust ca.pem --authority ca --answers answers.json
\`\`\`

The dry run says of every client, person, role, group and claim what comes over as it is, what is changed, what is lost and
what is asked, each with its reason. [Moving in from another server](import.md) says how an import goes, what its report has and
how it is begun again.

A file is read as a whole: a realm in one file takes memory of ten to twenty times its size. Many people are better exported as a
folder, of which one file is read at a time.

## What you may be asked

Where the files do not say enough, the report says \`asked\`. [The answers](import.md#what-you-say-beforehand) stand in a file, by
\`client_id\`:

\`\`\`json
{
  "clients": {
    "harbour-spa": { "redirect_uris": ["https://www.harbour.example/", "http://localhost:5173/"] },
    "legacy-portal": { "accept_redirect_uris": ["http://portal.harbour.example/cb"] },
    "tug-fleet": { "tls_client_auth_subject_dn": "CN=tug-7,OU=Tugs,O=Harbour Authority,C=PT" },
    "crane-control": { "authority": "ca" },
    "billing": { "client_secret": "of a partial export, which masks it" }
  }
}
\`\`\`

| asked | when | without an answer |
|---|---|---|
| \`client_secret\` | the file has it masked or not at all, and the client uses one | the client is left out; on a terminal you are asked |
| \`redirect_uris\` | one has a wildcard or cannot be registered | the others come over; a client without any other grant is left out |
| \`accept_redirect_uris\` | one is plain http to a host that is not loopback | it is left out |
| \`tls_client_auth_subject_dn\` | a regular expression means several names: one client here has one name | the client is left out |
| \`authority\` | \`x509.casubjectdn\` names none of the certificates that are given, or several | the client is left out |

\`--set group_names=path\` or \`name\` says how groups are called; without it they have their paths where a mapper of the realm
gives paths or a name stands twice.

## What a client notices

- **The address.** The issuer is this server's, and so are its endpoints.
- **Scopes.** Keycloak adds the default scopes of a client to every request. Here they are given where a request names none: a
  client that names some must name the others it needs.
- **Tokens** are \`at+jwt\`, signed ES256. Claims stand in them by claim rules, one for each mapper that a rule can say. Claims
  inside others, \`realm_access.roles\` and \`resource_access\`, cannot be made: give roles under a name of their own,
  \`countersign claim add roles --scope roles --from roles --to access_token\`.
- **Service accounts** are the client itself: the \`sub\` of such a token is the \`client_id\`. Its roles and groups are those that
  the service account had.
- **Pairwise subjects** are made another way: to a client that has them every person is another one.
- **PKCE** is asked of every public client.
- **Access tokens** live as long as those of the realm or client did.

## What a person notices

Whoever had a password signs in with it, and has a hash of this server's afterwards. It is checked as it was typed, where new
passwords are brought into one form of Unicode first. An authenticator app goes on. Whoever had to change the password, verify an
address or set up an app in Keycloak must do that here before anything is issued. The \`sub\` is the one that applications know.
People sign in with their username, not with an email address, and not by another provider.

## Field by field

These tables are those that the import itself goes by. \`same\`: it means the same here. \`changed\`: it comes over as
something else. \`lost\`: it does not come over. \`asked\`: it does with an answer. No outcome: nothing depends
on it here, and nothing is told of it. What no table has is told as not known, and an
attribute of a client that Keycloak does not know either is kept in the client's \`attributes\`.
`;

/** A name of ours as code, anything else as text. */
const named = (ours: string): string => (/^[a-z_.]+$/.test(ours) ? `\`${ours}\`` : cell(ours));

/** The page of what becomes of each field of Keycloak's, Markdown. */
export function importKeycloakPage(): string {
  const sections = SECTIONS.map(({ title, fields }) => {
    const rows = Object.entries<Field>(fields).map(([field, { ours = '', outcome, why, untold }]) => [
      `\`${field}\``,
      named(ours),
      untold ? '' : outcome,
      cell(why),
    ]);
    return `### ${title}\n\n${table(['Keycloak', 'here', 'outcome', 'how'], rows)}\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}
