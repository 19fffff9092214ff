import { type MovedItem, type Source, type SourceInput, UnreadableSource } from '../source.ts';
import { isOwnClient } from './built-in.ts';
import { clientRuleItems, scopeRuleItems } from './claim-rules.ts';
import { type ClientsContext, clientItem } from './client.ts';
import { scopeMeanings } from './client-scopes.ts';
import { readGiven } from './given-certificates.ts';
import { groupsOf } from './groups.ts';
import { readKeycloakFiles } from './input.ts';
import { claimNames } from './mapped-claim.ts';
import { personItem } from './person.ts';
import { addressParts, attributeItems, attributeShapes } from './person-attributes.ts';
import { realmItem } from './realm.ts';
import type { KeycloakClient, KeycloakUser } from './representation.ts';
import { rolesOf } from './roles.ts';
import { scopesInUse } from './scopes.ts';

/** What an operator may say beforehand, beside what is said of single clients. */
export const KEYCLOAK_SETTINGS = ['realm', 'group_names'] as const;

/** @throws UnreadableSource */
function checkSettings(settings: Readonly<Record<string, string>>): void {
  const known: readonly string[] = KEYCLOAK_SETTINGS;
  const other = Object.keys(settings).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new UnreadableSource(
    `there is no setting ${JSON.stringify(other)} of Keycloak, only ${known.join(' and ')}`,
  );
}

async function* read({
  files,
  certificates,
  answers,
}: SourceInput): AsyncGenerator<MovedItem, void, undefined> {
  checkSettings(answers.settings);
  const { realm, people } = await readKeycloakFiles(files, answers.settings.realm);
  const clients = realm.clients.filter((client) => !isOwnClient(client));
  const scopes = scopesInUse(realm, clients);
  const mappers = [...scopes, ...clients].flatMap(({ protocolMappers }) => protocolMappers);
  const nameOf = claimNames(mappers);
  const meanings = scopeMeanings(realm, nameOf);
  const roles = rolesOf(realm);
  const groups = groupsOf(realm, roles, answers.settings.group_names);
  const shapes = attributeShapes(mappers, nameOf);
  const serviceAccounts = new Map<string, KeycloakUser>();
  for await (const user of people()) {
    if (user.serviceAccountClientId === undefined) shapes.add(user);
    else serviceAccounts.set(user.serviceAccountClientId, user);
  }
  const definitions = shapes.definitions();

  const ofRealm = realmItem(realm);
  if (ofRealm) yield ofRealm;
  yield* attributeItems(definitions);
  yield* roles.items();
  yield* groups.items();
  const context: ClientsContext = {
    realm,
    answers,
    certificates: readGiven(certificates),
    meanings,
    nameOf,
    roles,
    groups,
    serviceAccounts,
  };
  const comingOver: KeycloakClient[] = [];
  for (const client of clients) {
    const item = clientItem(client, context);
    if (item.record) comingOver.push(client);
    yield item;
  }
  yield* scopeRuleItems(scopes, nameOf);
  for (const client of comingOver) yield* clientRuleItems(client, nameOf);
  const address = addressParts(mappers);
  for await (const user of people()) {
    if (user.serviceAccountClientId !== undefined) continue;
    yield personItem(user, { definitions, nameOf, address, roles, groups });
  }
}

/** Keycloak: a realm as `kc.sh export` and the Admin API write it. */
export const keycloak: Source = { read };
