/**
 * What the admin API takes and answers. GENERATED from the OpenAPI description of the server: change that, and then
 * run `npm run generate -w @countersign/openapi-types`.
 */

export interface paths {
    readonly "/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show who is calling, their roles and the scopes of this call */
        readonly get: operations["getMe"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List clients, by name unless sort says otherwise; a search finds any part of name or client_id, by name those that begin with it first; total counts all there are */
        readonly get: operations["getClients"];
        readonly put?: never;
        /** Register a client; the answer shows its secret, once */
        readonly post: operations["postClients"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a client */
        readonly get: operations["getClientsClientId"];
        readonly put?: never;
        readonly post?: never;
        /** Remove a client with its grants, tokens and consents */
        readonly delete: operations["deleteClientsClientId"];
        readonly options?: never;
        readonly head?: never;
        /** Change metadata fields, null removes one; enabled switches the client off and on; certificates, jwks and trust_anchors only with If-Match */
        readonly patch: operations["patchClientsClientId"];
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/changes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Change several things of a client at once, as one revision with one event; certificates, jwks and trust_anchors are replaced only with If-Match */
        readonly post: operations["postClientsClientIdChanges"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/certificates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Register one more certificate; one that is registered already is told of and not stored twice */
        readonly post: operations["postClientsClientIdCertificates"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/certificates/{thumbprint}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Remove the certificate with this x5t#S256, and no other */
        readonly delete: operations["deleteClientsClientIdCertificatesThumbprint"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/secret": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Generate a new client secret; the old one ends at once, and unless end_tokens is false every access token issued before */
        readonly post: operations["postClientsClientIdSecret"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** End every access token the client was issued before now, of every grant type */
        readonly delete: operations["deleteClientsClientIdTokens"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/bulk/clients/check": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say of many clients what their registration would come to, and register none: which are new, there already, or refused and why */
        readonly post: operations["postBulkClientsCheck"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/bulk/clients": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Register, change and remove many clients; every operation has its own result, in the order asked, and its own event */
        readonly post: operations["postBulkClients"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/use": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** When the client was issued its last access token, and how many a day; other processes’ are some seconds late */
        readonly get: operations["getClientsClientIdUse"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/claim-rules": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List claim rules, by claim */
        readonly get: operations["getClaimRules"];
        readonly put?: never;
        /** Define a claim; it counts at once, on every node */
        readonly post: operations["postClaimRules"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/claim-rules/{claim_rule_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a claim rule */
        readonly get: operations["getClaimRulesClaimRuleId"];
        /** Put another rule in the place of one */
        readonly put: operations["putClaimRulesClaimRuleId"];
        readonly post?: never;
        /** Take a claim away; tokens that have it keep it until they end */
        readonly delete: operations["deleteClaimRulesClaimRuleId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/attributes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the attributes that people can have, by name */
        readonly get: operations["getAttributes"];
        readonly put?: never;
        /** Define an attribute of people; values that accounts have already stay as they are */
        readonly post: operations["postAttributes"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/attributes/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show the definition of an attribute */
        readonly get: operations["getAttributesName"];
        /** Define an attribute otherwise; values that accounts have already stay as they are */
        readonly put: operations["putAttributesName"];
        readonly post?: never;
        /** Remove the definition of an attribute; the values stay, judged by nobody */
        readonly delete: operations["deleteAttributesName"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/registration-tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List initial access tokens, newest first */
        readonly get: operations["getRegistrationTokens"];
        readonly put?: never;
        /** Make an initial access token; the answer shows it, once */
        readonly post: operations["postRegistrationTokens"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/registration-tokens/{token_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Remove an initial access token; clients registered with it stay */
        readonly delete: operations["deleteRegistrationTokensTokenId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/certificates/counts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Count what ends by kind and by days to the end; of the areas that the caller reads */
        readonly get: operations["getCertificatesCounts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/certificates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List what ends on a known day, the soonest first: certificates of the server, authorities, clients and proxies, published keys, signing keys, CRLs; of these those of the areas that the caller reads */
        readonly get: operations["getCertificates"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/certificates/check": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Look at PEM certificates before they are saved; the first is the client’s, the rest its chain */
        readonly post: operations["postCertificatesCheck"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/certificates/explain": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Whether a certificate authenticates a client, by what counts now, with every step on the way; nothing is noted of it */
        readonly post: operations["postCertificatesExplain"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/certificates/expiry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Count the registered certificates by days to their end, and name those that end next */
        readonly get: operations["getCertificatesExpiry"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jwks/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Fetch a jwks_uri now and show its keys, or why it cannot be used */
        readonly post: operations["postJwksPreview"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/truststore": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the trust store and the trust groups with their certificates */
        readonly get: operations["getTruststore"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/truststore/certificates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Import the certificates of PEM text, a JKS or a PKCS#12 store */
        readonly post: operations["postTruststoreCertificates"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/truststore/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Look at the certificates of PEM text, a JKS or a PKCS#12 store before they are imported */
        readonly post: operations["postTruststorePreview"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/truststore/certificates/{alias}/role": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Say what an entry is, whatever the rule says: an authority, or what merely comes through */
        readonly put: operations["putTruststoreCertificatesAliasRole"];
        readonly post?: never;
        /** Leave it to the rule again what an entry is */
        readonly delete: operations["deleteTruststoreCertificatesAliasRole"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/truststore/roles/{thumbprint}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Say what a certificate of any store is, whatever the rule says */
        readonly put: operations["putTruststoreRolesThumbprint"];
        readonly post?: never;
        /** Leave it to the rule again what a certificate is, also of one that stands in no store any more */
        readonly delete: operations["deleteTruststoreRolesThumbprint"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/truststore/certificates/{alias}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Remove a certificate from the trust store, or from the group named in the query */
        readonly delete: operations["deleteTruststoreCertificatesAlias"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/revocation": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show what CRLs and OCSP responses are held, and why a source did not answer */
        readonly get: operations["getRevocation"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/import/sources": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the servers whose files can be brought in */
        readonly get: operations["getImportSources"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/import": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Bring in what another server has, or say what would become of each thing */
        readonly post: operations["postImport"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/attention": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List what is broken now: files of nodes that cannot be used, nodes that are missing or differ, revocation data that cannot be had; of the areas that the caller reads */
        readonly get: operations["getAttention"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/nodes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the nodes that share the database, and which of their files and settings differ */
        readonly get: operations["getNodes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/nodes/{node}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Forget a node that is missing and will not come back; one that reports itself all the same is known again */
        readonly delete: operations["deleteNodesNode"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List accounts, by username unless sort says otherwise; a search finds any part of username, name or email, usernames that begin with it first, and the person behind a sub, also behind that of a sector */
        readonly get: operations["getUsers"];
        readonly put?: never;
        /** Add an account */
        readonly post: operations["postUsers"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show an account */
        readonly get: operations["getUsersUsername"];
        readonly put?: never;
        readonly post?: never;
        /** Remove an account with its sessions, grants, tokens and consents */
        readonly delete: operations["deleteUsersUsername"];
        readonly options?: never;
        readonly head?: never;
        /** Change administrator roles, claims, required actions or whether the account is enabled; lists and claims, which are replaced whole, only with If-Match */
        readonly patch: operations["patchUsersUsername"];
        readonly trace?: never;
    };
    readonly "/users/{username}/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Set the password and lift a lock; unless end_sessions is false sessions and grants end in the same unit of work */
        readonly put: operations["putUsersUsernamePassword"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/unlock": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Lift the lock that too many wrong passwords set */
        readonly post: operations["postUsersUsernameUnlock"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/sign-in-link": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make a link that signs a person in once and has them choose a new password, in place of the one before; the answer shows it, once. Any change of the account ends it */
        readonly post: operations["postUsersUsernameSignInLink"];
        /** End the sign-in link of a person before it is used */
        readonly delete: operations["deleteUsersUsernameSignInLink"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/subjects/{sub}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Find the person behind a sub, be it pairwise or public, and the clients that know them by it */
        readonly get: operations["getSubjectsSub"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/subjects": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** By which sub the clients know a person that hold a grant or a consent of theirs */
        readonly get: operations["getUsersUsernameSubjects"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List groups, by name unless sort says otherwise; a search finds any part of the name */
        readonly get: operations["getGroups"];
        readonly put?: never;
        /** Add a group */
        readonly post: operations["postGroups"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a group with how many members it has, and its roles */
        readonly get: operations["getGroupsGroupId"];
        readonly put?: never;
        readonly post?: never;
        /** Remove a group with its memberships; one that contains groups stays */
        readonly delete: operations["deleteGroupsGroupId"];
        readonly options?: never;
        readonly head?: never;
        /** Change the name or description of a group, or which group contains it */
        readonly patch: operations["patchGroupsGroupId"];
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/people": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the people who are members of a group itself, by username */
        readonly get: operations["getGroupsGroupIdPeople"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/clients": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the clients that are members of a group itself, by name */
        readonly get: operations["getGroupsGroupIdClients"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/roles": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the roles that a group holds itself, by name */
        readonly get: operations["getGroupsGroupIdRoles"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/members/add": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make people and clients members of a group, all or none */
        readonly post: operations["postGroupsGroupIdMembersAdd"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/members/remove": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take people and clients out of a group, all or none */
        readonly post: operations["postGroupsGroupIdMembersRemove"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/people/{username}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Make a person a member of a group, if it is none yet */
        readonly put: operations["putGroupsGroupIdPeopleUsername"];
        readonly post?: never;
        /** Take a person out of a group */
        readonly delete: operations["deleteGroupsGroupIdPeopleUsername"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{group_id}/clients/{client_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Make a client a member of a group, if it is none yet */
        readonly put: operations["putGroupsGroupIdClientsClientId"];
        readonly post?: never;
        /** Take a client out of a group */
        readonly delete: operations["deleteGroupsGroupIdClientsClientId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the roles of applications, by name unless sort says otherwise; a search finds any part of the name */
        readonly get: operations["getRoles"];
        readonly put?: never;
        /** Add a role of applications */
        readonly post: operations["postRoles"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a role with how many hold it */
        readonly get: operations["getRolesRoleId"];
        readonly put?: never;
        readonly post?: never;
        /** Remove a role; nobody holds it any more */
        readonly delete: operations["deleteRolesRoleId"];
        readonly options?: never;
        readonly head?: never;
        /** Change the name or description of a role */
        readonly patch: operations["patchRolesRoleId"];
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/people": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the people who hold a role themselves, by username */
        readonly get: operations["getRolesRoleIdPeople"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/clients": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the clients that hold a role themselves, by name */
        readonly get: operations["getRolesRoleIdClients"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/groups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the groups that hold a role, by name */
        readonly get: operations["getRolesRoleIdGroups"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/holders/add": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Give a role to people, clients and groups, all or none */
        readonly post: operations["postRolesRoleIdHoldersAdd"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/holders/remove": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take a role from people, clients and groups, all or none */
        readonly post: operations["postRolesRoleIdHoldersRemove"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/people/{username}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Give a role to a person, if it does not hold it yet */
        readonly put: operations["putRolesRoleIdPeopleUsername"];
        readonly post?: never;
        /** Take a role from a person */
        readonly delete: operations["deleteRolesRoleIdPeopleUsername"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/clients/{client_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Give a role to a client, if it does not hold it yet */
        readonly put: operations["putRolesRoleIdClientsClientId"];
        readonly post?: never;
        /** Take a role from a client */
        readonly delete: operations["deleteRolesRoleIdClientsClientId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/roles/{role_id}/groups/{group_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Give a role to a group, if it does not hold it yet */
        readonly put: operations["putRolesRoleIdGroupsGroupId"];
        readonly post?: never;
        /** Take a role from a group */
        readonly delete: operations["deleteRolesRoleIdGroupsGroupId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/memberships": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show the groups and roles of a person, those by other groups included */
        readonly get: operations["getUsersUsernameMemberships"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/clients/{client_id}/memberships": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show the groups and roles of a client, those by other groups included */
        readonly get: operations["getClientsClientIdMemberships"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the sessions in which people are signed in, newest first */
        readonly get: operations["getSessions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/sessions/{session_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** End a session: the person must sign in again */
        readonly delete: operations["deleteSessionsSessionId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** End all sessions of a person and revoke everything issued to them */
        readonly delete: operations["deleteUsersUsernameSessions"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/consents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List what people agreed to share with clients, newest first */
        readonly get: operations["getConsents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/consents/{client_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Forget a consent and revoke what the client holds for the person */
        readonly delete: operations["deleteUsersUsernameConsentsClientId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/grants": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the authorizations in force, newest first; codes and tokens come from them. Who reads clients alone sees those at these clients */
        readonly get: operations["getGrants"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/grants/{grant_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke an authorization and every token that came from it */
        readonly delete: operations["deleteGrantsGrantId"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{username}/credentials": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the second factors and personal certificates of an account */
        readonly get: operations["getUsersUsernameCredentials"];
        readonly put?: never;
        readonly post?: never;
        /** Remove all second factors and personal certificates, those of one kind, or one, for someone who lost them; unless end_sessions is false sessions and grants end in the same unit of work */
        readonly delete: operations["deleteUsersUsernameCredentials"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/signing-keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the signing keys */
        readonly get: operations["getSigningKeys"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/signing-keys/rotate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Rotate: the key published ahead signs from its known_from on, which is past unless it was published just now; the old one still verifies */
        readonly post: operations["postSigningKeysRotate"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/signing-keys/{kid}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** End a retired key at once: what it signed is no longer believed */
        readonly delete: operations["deleteSigningKeysKid"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List events, newest first; a type ending in a dot means a family. Who reads clients alone sees those that name one of these clients */
        readonly get: operations["getEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events/histogram": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Count events a bucket by outcome, oldest first; times in milliseconds */
        readonly get: operations["getEventsHistogram"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events/counts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Count what happened exactly, by type and outcome, from the minute of `since` to that of `until` */
        readonly get: operations["getEventsCounts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events/{event_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Explain one event: what was expected, what was presented, what to do */
        readonly get: operations["getEventsEventId"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/requests/histogram": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Count the requests that all nodes answered, each of them, a bucket by endpoint and outcome, oldest first; times in milliseconds */
        readonly get: operations["getRequestsHistogram"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhook}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Send a webhook a signed test, once, and tell what came back */
        readonly post: operations["postWebhooksWebhookTest"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhook-deliveries/replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Send several deliveries again, all or none of those named, or all that were given up */
        readonly post: operations["postWebhookDeliveriesReplay"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the webhooks and how many deliveries wait, arrived and were given up */
        readonly get: operations["getWebhooks"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhook-deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List deliveries to webhooks, newest first */
        readonly get: operations["getWebhookDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhook-deliveries/{delivery_id}/replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Send a delivery again, whatever became of it */
        readonly post: operations["postWebhookDeliveriesDeliveryIdReplay"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show every setting with its value, its source and when a change counts */
        readonly get: operations["getSettings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Change settings that a running server takes up, in the deployment.toml of the node that is asked; its comments and order stay */
        readonly patch: operations["patchSettings"];
        readonly trace?: never;
    };
    readonly "/settings/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Show what a change would do to the deployment.toml of the node that is asked, without doing it */
        readonly post: operations["postSettingsPreview"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Actor: {
            /** @description A username, a client_id, or the user at the command line. */
            readonly name: string;
            /** @description For instance `admin-api`, `command-line` or `account-page`. */
            readonly through: string;
            readonly remote_address?: string;
            /** @description The client a person acted through, or that acted on its own behalf. */
            readonly client_id?: string;
        };
        readonly AddedCertificate: {
            /** @description One PEM certificate. */
            readonly certificate: string;
        };
        readonly AddedHolders: {
            /** @description How many of them are new. */
            readonly added: number;
            /** @description How many of them were there already. */
            readonly there_before: number;
        };
        readonly AlternativeName: {
            /** @enum {string} */
            readonly type: "dns" | "uri" | "email" | "ip" | "directoryName" | "otherName" | "x400Address" | "ediPartyName" | "registeredID";
            readonly value: string;
        };
        readonly ApplicationRole: {
            readonly role_id: string;
            readonly name: string;
            readonly description: string;
            readonly managed_by?: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly revision: number;
            /** @description Those that hold the role themselves; in answers about one role alone. */
            readonly holders?: components["schemas"]["HolderCounts"];
        };
        readonly ApplicationRoleChanges: {
            readonly name?: string;
            readonly description?: string;
            /** @description The label of the files that the resource is kept by; null where it is kept by none any more. */
            readonly managed_by?: string | null;
        };
        readonly ApplicationRolePage: {
            readonly items: readonly components["schemas"]["ApplicationRole"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
            /** @description Where total=matching asks for it, how many there are on all pages of what the listing is narrowed to; 100001 stands for however many more than 100000. */
            readonly matching?: number;
        };
        readonly Attention: {
            readonly items: readonly (components["schemas"]["BrokenFile"] | components["schemas"]["RestartNeeded"] | components["schemas"]["MissingNode"] | components["schemas"]["DifferingNodes"] | components["schemas"]["UnreachableSource"])[];
        };
        readonly Attribute: {
            readonly name: string;
            /** @enum {string} */
            readonly type: "string" | "integer" | "boolean" | "date" | "url" | "email" | "phone";
            readonly list: boolean;
            readonly pattern?: string;
            readonly max_length?: number;
            readonly minimum?: number;
            readonly maximum?: number;
            readonly title?: string;
            readonly managed_by?: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly revision: number;
        };
        readonly AttributeSpecification: {
            /** @enum {string} */
            readonly type: "string" | "integer" | "boolean" | "date" | "url" | "email" | "phone";
            /** @default false */
            readonly list?: boolean;
            readonly pattern?: string;
            readonly max_length?: number;
            readonly minimum?: number;
            readonly maximum?: number;
            readonly title?: string;
            /** @description The label of the files that the resource is kept by; null where it is kept by none any more. */
            readonly managed_by?: string | null;
        };
        readonly Attributes: {
            readonly items: readonly components["schemas"]["Attribute"][];
        };
        readonly BrokenFile: {
            /** @constant */
            readonly kind: "file_broken";
            /** @description Its host name and home folder. */
            readonly node: string;
            /** @description Whether it is the node that answers. */
            readonly this_node: boolean;
            readonly file: string;
            /** @description What is wrong with it, with line and column where it has any. */
            readonly message: string;
        };
        /** @enum {string} */
        readonly Cause: "malformed_request" | "method_not_allowed" | "request_too_large" | "request_timeout" | "request_unfinished" | "parameter_missing" | "parameter_repeated" | "parameter_invalid" | "idempotency_key_reused" | "client_not_named" | "client_unknown" | "record_unreadable" | "client_disabled" | "client_ids_differ" | "several_methods" | "other_method_registered" | "method_not_enabled" | "client_secret_wrong" | "client_secret_absent" | "client_secret_in_clear" | "certificate_chain_too_large" | "response_not_read" | "unproven_work_limited" | "client_assertion_invalid" | "client_assertion_replayed" | "authenticator_refused" | "authenticator_failed" | "dpop_proof_invalid" | "dpop_proof_missing" | "dpop_proof_replayed" | "dpop_nonce_needed" | "dpop_key_differs" | "certificate_absent" | "certificate_to_bind_absent" | "certificate_not_registered" | "certificate_renewed" | "certificate_not_yet_valid" | "certificate_expired" | "certificate_unreadable" | "certificate_not_trusted" | "certificate_subject_differs" | "certificate_revoked" | "certificate_revocation_unknown" | "certificate_not_admitted" | "certificate_header_refused" | "certificate_header_folded" | "jwks_unavailable" | "grant_type_unsupported" | "grant_type_not_registered" | "scope_malformed" | "scope_not_registered" | "user_unknown" | "user_disabled" | "password_wrong" | "password_temporary" | "action_required" | "sign_in_link_over" | "sign_in_links_limited" | "guessing_limited" | "parameter_too_long" | "parameter_unsupported" | "redirect_uri_not_registered" | "response_type_not_registered" | "jwe_invalid" | "jwe_compressed" | "jwe_key_unknown" | "nested_jwt_unsigned" | "request_object_not_encrypted" | "key_of_other_use" | "client_encryption_key_missing" | "hybrid_flow_incomplete" | "response_mode_unsafe" | "pkce_missing" | "pkce_verifier_differs" | "pushed_request_required" | "pushed_request_unknown" | "request_object_invalid" | "request_object_missing" | "request_object_replayed" | "request_uri_not_registered" | "request_uri_unavailable" | "profile_rule_broken" | "authorization_details_invalid" | "pending_request_unknown" | "sign_in_needed" | "consent_needed" | "person_refused" | "other_person_signed_in" | "authentication_too_weak" | "form_out_of_date" | "second_factor_needed" | "second_factor_wrong" | "passkey_not_accepted" | "certificate_of_no_account" | "sign_out_request_invalid" | "code_unknown" | "code_expired" | "code_reused" | "code_of_another_client" | "redirect_uri_differs" | "refresh_token_unknown" | "refresh_token_expired" | "refresh_token_reused" | "refresh_token_of_another_client" | "grant_revoked" | "session_ended" | "client_not_confidential" | "token_of_another_client" | "registration_closed" | "waiting_requests_limited" | "registration_limited" | "initial_access_token_unknown" | "certificate_not_proven" | "initial_access_token_spent" | "initial_access_token_group_gone" | "registration_access_token_wrong" | "client_metadata_invalid" | "sector_unverified" | "registration_policy_exceeded" | "software_statement_absent" | "software_statement_invalid" | "software_statement_expired" | "software_statement_authority_unknown" | "software_statement_of_another_format" | "software_statement_of_inactive_software" | "software_statement_exceeded" | "signed_registration_invalid" | "signed_registration_replayed" | "software_statement_keys_unavailable" | "resource_malformed" | "resource_not_allowed" | "resource_not_granted" | "token_type_unsupported" | "exchange_not_allowed" | "id_token_of_authorization_endpoint" | "exchanged_token_unproven" | "authorization_pending" | "polled_too_soon" | "deferred_authorization_used" | "deferred_authorization_unknown" | "deferred_authorization_expired" | "deferred_authorization_of_another_client" | "user_code_unknown" | "user_codes_limited" | "approvals_limited" | "grant_plug_in_refused" | "grant_plug_in_failed" | "claims_plug_in_failed" | "plug_in_unavailable" | "token_absent" | "token_invalid" | "token_for_another_audience" | "token_expired" | "token_revoked" | "token_ended" | "token_binding_differs" | "scope_insufficient" | "administrator_unknown" | "administrator_token_unbound" | "administration_of_trust" | "role_insufficient" | "handshake_failed" | "tls_failed" | "proxy_protocol_refused" | "connections_limited" | "internal_error" | "storage_unavailable";
        readonly Certificate: {
            /** @description The thumbprint of RFC 8705 §3.1. */
            readonly "x5t#S256": string;
            /** @description An empty one reads `empty subject (…)`, with the alternative names that stand for it. */
            readonly subject: string;
            readonly issuer: string;
            /** @description Hexadecimal. */
            readonly serial_number: string;
            /**
             * Format: date-time
             * @description Absent for a time that is none.
             */
            readonly not_before?: string;
            /**
             * Format: date-time
             * @description Absent for a time that is none.
             */
            readonly not_after?: string;
            /** @description What cannot be read of it, by the names of RFC 5280; absent where everything can. */
            readonly unreadable?: readonly components["schemas"]["UnreadablePart"][];
            /** @description `rsa`, `ec`, `ed25519` and so on. */
            readonly key_type: string;
            readonly key_bits?: number;
            readonly key_curve?: string;
            /** @description All alternative names on one line, as openssl prints them. */
            readonly subject_alt_name?: string;
            readonly self_signed: boolean;
            readonly fingerprint_sha256: string;
            readonly fingerprint_sha1: string;
            /** @description Absent where the extensions cannot be read. */
            readonly is_ca?: boolean;
            readonly subject_alternative_names: readonly components["schemas"]["AlternativeName"][];
            readonly key_usage?: readonly ("digitalSignature" | "nonRepudiation" | "keyEncipherment" | "dataEncipherment" | "keyAgreement" | "keyCertSign" | "cRLSign" | "encipherOnly" | "decipherOnly")[];
            /** @description Names where they are known, OIDs otherwise. */
            readonly extended_key_usage?: readonly string[];
            readonly pem: string;
        };
        readonly CertificateCheck: {
            readonly certificate: components["schemas"]["Certificate"];
            readonly others: readonly components["schemas"]["Certificate"][];
            readonly findings: readonly components["schemas"]["Finding"][];
            readonly chain: components["schemas"]["Chain"];
        };
        readonly CertificateEnd: {
            readonly client_id: string;
            readonly client_name: string;
            readonly "x5t#S256": string;
            /** Format: date-time */
            readonly not_after: string;
        };
        readonly CertificateExpiry: {
            readonly buckets: readonly components["schemas"]["ExpiryBucket"][];
            readonly soonest: readonly components["schemas"]["CertificateEnd"][];
        };
        readonly CertificateImport: {
            /** @description PEM text, or base64 of DER, PKCS#7, or a JKS or PKCS#12 store. */
            readonly content: string;
            /** @default  */
            readonly password?: string;
            /** @description Given to the first; the thumbprint otherwise. */
            readonly alias?: string;
            /** @description The trust group to import into; the trust store otherwise. */
            readonly group?: string;
            /** @description What the certificates are to be, those too that were there already; what the rule says otherwise. */
            readonly role?: components["schemas"]["TrustRole"];
            readonly managed_by?: string;
        };
        readonly CertificateToCheck: {
            /** @description PEM, or PKCS#7 or DER in base64; the first certificate is the client’s, the rest its chain. */
            readonly certificate: string;
            /** @description The client it is meant for. */
            readonly client_id?: string;
            /** @description The trust group to chain to; the trust store otherwise. */
            readonly trust_group?: string;
        };
        readonly CertificateToExplain: {
            readonly client_id: string;
            /** @description PEM, or PKCS#7 or DER in base64; the first certificate is the client’s, the rest its chain. */
            readonly certificate: string;
            /** @description What the client would send beside it, after what follows the first certificate. */
            readonly chain?: string;
        };
        readonly CertificatesToPreview: {
            /** @description As an import takes it. */
            readonly content: string;
            /** @default  */
            readonly password?: string;
            readonly group?: string;
        };
        readonly Chain: {
            readonly trusted: boolean;
            /** @description The leaf first. */
            readonly path: readonly components["schemas"]["ChainLink"][];
            readonly problem?: components["schemas"]["ChainProblem"];
            /** @description Entries of the store that bear the name of the missing issuer and vouch for nobody. */
            readonly no_authority?: readonly components["schemas"]["NoAuthority"][];
        };
        readonly ChainLink: {
            readonly subject: string;
            readonly "x5t#S256": string;
            /** @enum {string} */
            readonly role: "client certificate" | "intermediate" | "trust anchor";
        };
        readonly ChainProblem: {
            /** @enum {string} */
            readonly reason: "malformed-certificate" | "unknown-issuer" | "signature-invalid" | "signature-algorithm-mismatch" | "weak-signature-algorithm" | "unsupported-signature-algorithm" | "weak-key" | "unsupported-key" | "not-yet-valid" | "expired" | "not-a-ca" | "path-too-long" | "key-usage" | "extended-key-usage" | "name-not-permitted" | "name-excluded" | "name-constraint-unsupported" | "policy" | "unknown-critical-extension" | "profile" | "limit-exceeded" | "revoked" | "revocation-unknown";
            readonly subject: string;
            /** @description As RFC 5280 spells it. */
            readonly field: string;
            readonly expected: string;
            readonly presented: string;
        };
        readonly ChangedLines: {
            /** @description Where it would begin in the changed file. */
            readonly line: number;
            readonly removed: readonly string[];
            readonly added: readonly string[];
        };
        readonly ChangedValue: {
            readonly old?: unknown;
            readonly new?: unknown;
        };
        readonly CheckedClient: {
            /**
             * @description Whether the client would be registered. `same`: it is there as it is asked for; `differs`: another one of its client_id is there, and a registration would be refused.
             * @enum {string}
             */
            readonly outcome: "new" | "same" | "differs" | "refused";
            /** @description Absent where it would be generated. */
            readonly client_id?: string;
            /** @description The members that are not as they are asked for. */
            readonly differs?: readonly string[];
            /** @description Of a new one: whether it would authenticate by a secret, which is made then. */
            readonly makes_secret?: boolean;
            readonly error?: string;
            readonly error_description?: string;
            readonly field?: string;
            readonly event_id?: string;
        };
        readonly CheckedClients: {
            readonly results: readonly components["schemas"]["CheckedClient"][];
        };
        readonly ClaimRule: {
            readonly claim_rule_id: string;
            readonly claim: string;
            readonly scope?: string;
            readonly client_id?: string;
            /** @description What the claim is made of. Groups, roles and attributes of a person are those of whom the token speaks. */
            readonly source: {
                /** @constant */
                readonly from: "groups";
            } | {
                /** @constant */
                readonly from: "roles";
            } | {
                /** @constant */
                readonly from: "person_attribute";
                readonly attribute: string;
            } | {
                /** @constant */
                readonly from: "client_attribute";
                readonly attribute: string;
            } | {
                /** @constant */
                readonly from: "value";
                readonly value: string | number | boolean | readonly (string | number)[];
            } | {
                /** @constant */
                readonly from: "plug_in";
                readonly plug_in: string;
            };
            readonly destinations: readonly ("id_token" | "userinfo" | "access_token" | "introspection")[];
            /** @enum {string} */
            readonly form: "single" | "list";
            /** @description Octets of the claim as JSON. */
            readonly max_size?: number;
            /** @description What people read of it on the consent page. */
            readonly description?: string;
            readonly managed_by?: string;
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description Since when the consent page tells of it: whoever agreed before gives nothing by it until asked again.
             */
            readonly told_since: string;
            readonly revision: number;
        };
        readonly ClaimRules: {
            readonly items: readonly components["schemas"]["ClaimRule"][];
        };
        readonly ClaimSpecification: {
            readonly claim: string;
            readonly scope?: string;
            readonly client_id?: string;
            readonly source: {
                /** @constant */
                readonly from: "groups";
            } | {
                /** @constant */
                readonly from: "roles";
            } | {
                /** @constant */
                readonly from: "person_attribute";
                readonly attribute: string;
            } | {
                /** @constant */
                readonly from: "client_attribute";
                readonly attribute: string;
            } | {
                /** @constant */
                readonly from: "value";
                readonly value: string | number | boolean | readonly (string | number)[];
            } | {
                /** @constant */
                readonly from: "plug_in";
                readonly plug_in: string;
            };
            readonly destinations: readonly ("id_token" | "userinfo" | "access_token" | "introspection")[];
            /** @enum {string} */
            readonly form: "single" | "list";
            readonly max_size?: number;
            readonly description?: string;
            /** @description The label of the files that the resource is kept by; null where it is kept by none any more. */
            readonly managed_by?: string | null;
        };
        readonly Client: {
            readonly client_name: string;
            /** @enum {string} */
            readonly token_endpoint_auth_method: "self_signed_tls_client_auth" | "tls_client_auth" | "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "client_secret_jwt" | "none";
            readonly grant_types: readonly string[];
            readonly response_types: readonly string[];
            readonly redirect_uris: readonly string[];
            readonly scope: string;
            readonly default_scope?: string;
            readonly certificates: readonly string[];
            readonly jwks_uri?: string;
            readonly jwks?: {
                readonly keys: readonly ({
                    readonly kty: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
            } & {
                readonly [key: string]: unknown;
            };
            readonly tls_client_auth_subject_dn?: string;
            readonly tls_client_auth_san_dns?: string;
            readonly tls_client_auth_san_uri?: string;
            readonly tls_client_auth_san_ip?: string;
            readonly tls_client_auth_san_email?: string;
            readonly trust_group?: string;
            readonly trust_anchors: readonly string[];
            readonly token_endpoint_auth_signing_alg?: string;
            /** @enum {string} */
            readonly profile?: "fapi2-security" | "fapi2-message-signing" | "fapi1-advanced" | "uk-open-banking" | "open-finance-brasil" | "au-cdr" | "au-connectid" | "ksa-open-banking";
            /** @description Whether the client asked for it (RFC 8705 §3.4); certificate_binding says what holds. */
            readonly tls_client_certificate_bound_access_tokens: boolean;
            readonly dpop_bound_access_tokens: boolean;
            /** @enum {string} */
            readonly access_token_type: "jwt" | "reference";
            /** @enum {string} */
            readonly application_type: "web" | "native";
            /** @enum {string} */
            readonly subject_type?: "public" | "pairwise";
            readonly sector_identifier_uri?: string;
            /** @enum {string} */
            readonly id_token_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            readonly scope_claims_in_id_token: boolean;
            /** @enum {string} */
            readonly userinfo_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @enum {string} */
            readonly introspection_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @enum {string} */
            readonly id_token_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly id_token_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly userinfo_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly userinfo_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly introspection_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly introspection_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly authorization_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly authorization_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly request_object_encryption_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly request_object_encryption_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            readonly default_max_age?: number;
            readonly require_auth_time: boolean;
            readonly initiate_login_uri?: string;
            readonly default_acr_values?: readonly string[];
            readonly post_logout_redirect_uris: readonly string[];
            readonly allowed_cors_origins: readonly string[];
            readonly backchannel_logout_uri?: string;
            readonly backchannel_logout_session_required: boolean;
            readonly require_pushed_authorization_requests: boolean;
            readonly request_object_signing_alg?: string;
            readonly request_uris: readonly string[];
            readonly require_signed_request_object: boolean;
            readonly response_modes?: readonly ("query" | "fragment" | "form_post" | "jwt" | "query.jwt" | "fragment.jwt" | "form_post.jwt")[];
            /** @enum {string} */
            readonly authorization_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            readonly authorization_details_types?: readonly string[];
            readonly use_mtls_endpoint_aliases?: boolean;
            readonly client_uri?: string;
            readonly logo_uri?: string;
            readonly policy_uri?: string;
            readonly tos_uri?: string;
            readonly contacts: readonly string[];
            readonly software_id?: string;
            readonly software_version?: string;
            /** @enum {string} */
            readonly backchannel_token_delivery_mode?: "poll" | "ping";
            readonly backchannel_client_notification_endpoint?: string;
            /** @constant */
            readonly backchannel_user_code_parameter?: false;
            /** @enum {string} */
            readonly backchannel_authentication_request_signing_alg?: "PS256" | "ES256" | "EdDSA" | "Ed25519" | "RS256" | "ES384" | "ES512";
            readonly allowed_resources?: readonly string[];
            readonly token_exchange?: {
                readonly subject_audiences: readonly string[];
                readonly impersonation: boolean;
                /** @enum {string} */
                readonly bound_tokens: "proof" | "any";
            };
            readonly scope_audiences?: {
                readonly [key: string]: readonly string[];
            };
            readonly access_token_lifetime?: number;
            readonly refresh_token_lifetime?: number;
            readonly refresh_token_idle_lifetime?: number;
            readonly id_token_lifetime?: number;
            readonly device_code_lifetime?: number;
            readonly client_credentials_token_lifetime?: number;
            readonly require_pkce: boolean;
            readonly refresh_token_reuse_window?: number;
            readonly attributes?: {
                readonly [key: string]: string | number | boolean | readonly (string | number)[];
            };
            readonly skip_consent: boolean;
            readonly managed_by?: string;
            readonly plain_http_redirect_uris?: readonly string[];
            /**
             * @description What tls_client_certificate_bound_access_tokens comes to: true is required, false is off; absent is when_presented: tokens are bound to the certificate that comes, or to the DPoP key alone where one is proved.
             * @enum {string}
             */
            readonly certificate_binding: "required" | "when_presented" | "off";
            readonly client_id: string;
            /** @description Seconds since the epoch (RFC 7591 §3.2.1). */
            readonly client_id_issued_at: number;
            readonly enabled: boolean;
            /** @constant */
            readonly awaits_confirmation?: true;
            /** @description Grows with every change; the `ETag` of the client alone. */
            readonly revision: number;
            readonly has_client_secret: boolean;
            /** @description A client of the server itself, which cannot be changed. */
            readonly built_in: boolean;
            readonly certificate_details: readonly components["schemas"]["Certificate"][];
            /**
             * Format: date-time
             * @description When the last of its certificates ends, those that its jwks holds included; absent where no end is known.
             */
            readonly certificates_end?: string;
        };
        readonly ClientChanges: {
            readonly client_name?: string;
            readonly token_endpoint_auth_method?: ("self_signed_tls_client_auth" | "tls_client_auth" | "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "client_secret_jwt" | "none") | null;
            readonly grant_types?: readonly string[] | null;
            readonly response_types?: readonly string[] | null;
            readonly redirect_uris?: readonly string[] | null;
            readonly scope?: string | null;
            readonly default_scope?: string | null;
            readonly certificates?: readonly string[] | null;
            readonly jwks_uri?: string | null;
            readonly jwks?: ({
                readonly keys: readonly ({
                    readonly kty: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
            } & {
                readonly [key: string]: unknown;
            }) | null;
            readonly tls_client_auth_subject_dn?: string | null;
            readonly tls_client_auth_san_dns?: string | null;
            readonly tls_client_auth_san_uri?: string | null;
            readonly tls_client_auth_san_ip?: string | null;
            readonly tls_client_auth_san_email?: string | null;
            readonly trust_group?: string | null;
            readonly trust_anchors?: readonly string[] | null;
            readonly token_endpoint_auth_signing_alg?: string | null;
            readonly profile?: ("fapi2-security" | "fapi2-message-signing" | "fapi1-advanced" | "uk-open-banking" | "open-finance-brasil" | "au-cdr" | "au-connectid" | "ksa-open-banking") | null;
            readonly tls_client_certificate_bound_access_tokens?: boolean | null;
            readonly dpop_bound_access_tokens?: boolean | null;
            readonly access_token_type?: ("jwt" | "reference") | null;
            readonly application_type?: ("web" | "native") | null;
            readonly subject_type?: ("public" | "pairwise") | null;
            readonly sector_identifier_uri?: string | null;
            readonly id_token_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
            readonly scope_claims_in_id_token?: boolean | null;
            readonly userinfo_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
            readonly introspection_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
            readonly id_token_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
            readonly id_token_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
            readonly userinfo_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
            readonly userinfo_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
            readonly introspection_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
            readonly introspection_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
            readonly authorization_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
            readonly authorization_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
            readonly request_object_encryption_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
            readonly request_object_encryption_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
            readonly default_max_age?: number | null;
            readonly require_auth_time?: boolean | null;
            readonly initiate_login_uri?: string | null;
            readonly default_acr_values?: readonly string[] | null;
            readonly post_logout_redirect_uris?: readonly string[] | null;
            readonly allowed_cors_origins?: readonly string[] | null;
            readonly backchannel_logout_uri?: string | null;
            readonly backchannel_logout_session_required?: boolean | null;
            readonly require_pushed_authorization_requests?: boolean | null;
            readonly request_object_signing_alg?: string | null;
            readonly request_uris?: readonly string[] | null;
            readonly require_signed_request_object?: boolean | null;
            readonly response_modes?: readonly ("query" | "fragment" | "form_post" | "jwt" | "query.jwt" | "fragment.jwt" | "form_post.jwt")[] | null;
            readonly authorization_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
            readonly authorization_details_types?: readonly string[] | null;
            readonly use_mtls_endpoint_aliases?: boolean | null;
            readonly client_uri?: string | null;
            readonly logo_uri?: string | null;
            readonly policy_uri?: string | null;
            readonly tos_uri?: string | null;
            readonly contacts?: readonly string[] | null;
            readonly software_id?: string | null;
            readonly software_version?: string | null;
            readonly backchannel_token_delivery_mode?: ("poll" | "ping") | null;
            readonly backchannel_client_notification_endpoint?: string | null;
            readonly backchannel_user_code_parameter?: false | null;
            readonly backchannel_authentication_request_signing_alg?: ("PS256" | "ES256" | "EdDSA" | "Ed25519" | "RS256" | "ES384" | "ES512") | null;
            readonly allowed_resources?: readonly string[] | null;
            readonly token_exchange?: {
                /** @default [] */
                readonly subject_audiences?: readonly string[];
                /** @default false */
                readonly impersonation?: boolean;
                /**
                 * @default proof
                 * @enum {string}
                 */
                readonly bound_tokens?: "proof" | "any";
            } | null;
            readonly scope_audiences?: {
                readonly [key: string]: readonly string[];
            } | null;
            readonly access_token_lifetime?: number | null;
            readonly refresh_token_lifetime?: number | null;
            readonly refresh_token_idle_lifetime?: number | null;
            readonly id_token_lifetime?: number | null;
            readonly device_code_lifetime?: number | null;
            readonly client_credentials_token_lifetime?: number | null;
            readonly require_pkce?: boolean | null;
            readonly refresh_token_reuse_window?: number | null;
            readonly attributes?: {
                readonly [key: string]: string | number | boolean | readonly (string | number)[];
            } | null;
            readonly skip_consent?: boolean | null;
            readonly managed_by?: string | null;
            readonly plain_http_redirect_uris?: readonly string[] | null;
            readonly enabled?: boolean;
        };
        readonly ClientDelta: {
            readonly metadata?: {
                readonly client_name?: string;
                readonly token_endpoint_auth_method?: ("self_signed_tls_client_auth" | "tls_client_auth" | "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "client_secret_jwt" | "none") | null;
                readonly grant_types?: readonly string[] | null;
                readonly response_types?: readonly string[] | null;
                readonly redirect_uris?: readonly string[] | null;
                readonly scope?: string | null;
                readonly default_scope?: string | null;
                readonly certificates?: readonly string[] | null;
                readonly jwks_uri?: string | null;
                readonly jwks?: ({
                    readonly keys: readonly ({
                        readonly kty: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly tls_client_auth_subject_dn?: string | null;
                readonly tls_client_auth_san_dns?: string | null;
                readonly tls_client_auth_san_uri?: string | null;
                readonly tls_client_auth_san_ip?: string | null;
                readonly tls_client_auth_san_email?: string | null;
                readonly trust_group?: string | null;
                readonly trust_anchors?: readonly string[] | null;
                readonly token_endpoint_auth_signing_alg?: string | null;
                readonly profile?: ("fapi2-security" | "fapi2-message-signing" | "fapi1-advanced" | "uk-open-banking" | "open-finance-brasil" | "au-cdr" | "au-connectid" | "ksa-open-banking") | null;
                readonly tls_client_certificate_bound_access_tokens?: boolean | null;
                readonly dpop_bound_access_tokens?: boolean | null;
                readonly access_token_type?: ("jwt" | "reference") | null;
                readonly application_type?: ("web" | "native") | null;
                readonly subject_type?: ("public" | "pairwise") | null;
                readonly sector_identifier_uri?: string | null;
                readonly id_token_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
                readonly scope_claims_in_id_token?: boolean | null;
                readonly userinfo_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
                readonly introspection_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
                readonly id_token_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
                readonly id_token_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
                readonly userinfo_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
                readonly userinfo_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
                readonly introspection_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
                readonly introspection_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
                readonly authorization_encrypted_response_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
                readonly authorization_encrypted_response_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
                readonly request_object_encryption_alg?: ("RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW") | null;
                readonly request_object_encryption_enc?: ("A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256") | null;
                readonly default_max_age?: number | null;
                readonly require_auth_time?: boolean | null;
                readonly initiate_login_uri?: string | null;
                readonly default_acr_values?: readonly string[] | null;
                readonly post_logout_redirect_uris?: readonly string[] | null;
                readonly allowed_cors_origins?: readonly string[] | null;
                readonly backchannel_logout_uri?: string | null;
                readonly backchannel_logout_session_required?: boolean | null;
                readonly require_pushed_authorization_requests?: boolean | null;
                readonly request_object_signing_alg?: string | null;
                readonly request_uris?: readonly string[] | null;
                readonly require_signed_request_object?: boolean | null;
                readonly response_modes?: readonly ("query" | "fragment" | "form_post" | "jwt" | "query.jwt" | "fragment.jwt" | "form_post.jwt")[] | null;
                readonly authorization_signed_response_alg?: ("ES256" | "PS256" | "RS256" | "EdDSA") | null;
                readonly authorization_details_types?: readonly string[] | null;
                readonly use_mtls_endpoint_aliases?: boolean | null;
                readonly client_uri?: string | null;
                readonly logo_uri?: string | null;
                readonly policy_uri?: string | null;
                readonly tos_uri?: string | null;
                readonly contacts?: readonly string[] | null;
                readonly software_id?: string | null;
                readonly software_version?: string | null;
                readonly backchannel_token_delivery_mode?: ("poll" | "ping") | null;
                readonly backchannel_client_notification_endpoint?: string | null;
                readonly backchannel_user_code_parameter?: false | null;
                readonly backchannel_authentication_request_signing_alg?: ("PS256" | "ES256" | "EdDSA" | "Ed25519" | "RS256" | "ES384" | "ES512") | null;
                readonly allowed_resources?: readonly string[] | null;
                readonly token_exchange?: {
                    /** @default [] */
                    readonly subject_audiences?: readonly string[];
                    /** @default false */
                    readonly impersonation?: boolean;
                    /**
                     * @default proof
                     * @enum {string}
                     */
                    readonly bound_tokens?: "proof" | "any";
                } | null;
                readonly scope_audiences?: {
                    readonly [key: string]: readonly string[];
                } | null;
                readonly access_token_lifetime?: number | null;
                readonly refresh_token_lifetime?: number | null;
                readonly refresh_token_idle_lifetime?: number | null;
                readonly id_token_lifetime?: number | null;
                readonly device_code_lifetime?: number | null;
                readonly client_credentials_token_lifetime?: number | null;
                readonly require_pkce?: boolean | null;
                readonly refresh_token_reuse_window?: number | null;
                readonly attributes?: {
                    readonly [key: string]: string | number | boolean | readonly (string | number)[];
                } | null;
                readonly skip_consent?: boolean | null;
                readonly managed_by?: string | null;
                readonly plain_http_redirect_uris?: readonly string[] | null;
            };
            /** @description PEM certificates to register beside the others. */
            readonly add_certificates?: readonly string[];
            /** @description The `x5t#S256` of registered certificates to take away. */
            readonly remove_certificates?: readonly string[];
            readonly enabled?: boolean;
            /** @default false */
            readonly regenerate_secret?: boolean;
            /** @description Whether every access token there is ends; where nothing is said, with regenerate_secret. */
            readonly end_tokens?: boolean;
        };
        readonly ClientOperationResult: {
            /** @description What the operation alone would have been answered with. */
            readonly status: number;
            readonly client_id?: string;
            readonly revision?: number;
            /** @description Shown once, in the answer to what generated it. */
            readonly client_secret?: string;
            /**
             * @description Never (RFC 7591 §3.2.1).
             * @constant
             */
            readonly client_secret_expires_at?: 0;
            /**
             * @description Beside client_secret. With nothing the client proves itself by its method alone, and its secret is accepted nowhere.
             * @enum {string}
             */
            readonly client_secret_authenticates?: "client" | "nothing";
            readonly warnings?: readonly components["schemas"]["RegistrationWarning"][];
            readonly error?: string;
            readonly error_description?: string;
            readonly field?: string;
            readonly event_id?: string;
        };
        readonly ClientOperationResults: {
            readonly results: readonly components["schemas"]["ClientOperationResult"][];
        };
        readonly ClientOperations: {
            /** @description Each is done whole or not at all, whatever becomes of the others; those of one client one after the other. */
            readonly operations: readonly ({
                /** @constant */
                readonly operation: "register";
                readonly client: components["schemas"]["ClientRegistration"];
                /** @description The name of the group that the client is put into. Where the caller is limited to the clients of one group it is that one when absent. */
                readonly group?: string;
            } | {
                /** @constant */
                readonly operation: "change";
                readonly client_id: string;
                readonly changes: components["schemas"]["ClientChanges"];
                /** @description What the client must be at, as with If-Match; certificates, jwks and trust_anchors are replaced only with it. */
                readonly revision?: number;
            } | {
                /** @constant */
                readonly operation: "remove";
                readonly client_id: string;
                /** @description What the client must be at, as with If-Match; certificates, jwks and trust_anchors are replaced only with it. */
                readonly revision?: number;
            })[];
        };
        readonly ClientPage: {
            readonly items: readonly components["schemas"]["Client"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
            /** @description Of all clients that the caller sees, whatever the listing is narrowed to. */
            readonly total: number;
            /** @description Where total=matching asks for it, how many there are on all pages of what the listing is narrowed to; 100001 stands for however many more than 100000. */
            readonly matching?: number;
        };
        readonly ClientRegistration: {
            readonly client_name: string;
            /** @enum {string} */
            readonly token_endpoint_auth_method?: "self_signed_tls_client_auth" | "tls_client_auth" | "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "client_secret_jwt" | "none";
            readonly grant_types?: readonly string[];
            readonly response_types?: readonly string[];
            /** @default [] */
            readonly redirect_uris?: readonly string[];
            readonly scope?: string;
            readonly default_scope?: string;
            /** @default [] */
            readonly certificates?: readonly string[];
            readonly jwks_uri?: string;
            readonly jwks?: {
                readonly keys: readonly ({
                    readonly kty: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
            } & {
                readonly [key: string]: unknown;
            };
            readonly tls_client_auth_subject_dn?: string;
            readonly tls_client_auth_san_dns?: string;
            readonly tls_client_auth_san_uri?: string;
            readonly tls_client_auth_san_ip?: string;
            readonly tls_client_auth_san_email?: string;
            readonly trust_group?: string;
            /** @default [] */
            readonly trust_anchors?: readonly string[];
            readonly token_endpoint_auth_signing_alg?: string;
            /** @enum {string} */
            readonly profile?: "fapi2-security" | "fapi2-message-signing" | "fapi1-advanced" | "uk-open-banking" | "open-finance-brasil" | "au-cdr" | "au-connectid" | "ksa-open-banking";
            readonly tls_client_certificate_bound_access_tokens?: boolean;
            /** @default false */
            readonly dpop_bound_access_tokens?: boolean;
            /**
             * @default jwt
             * @enum {string}
             */
            readonly access_token_type?: "jwt" | "reference";
            /** @enum {string} */
            readonly application_type?: "web" | "native";
            /** @enum {string} */
            readonly subject_type?: "public" | "pairwise";
            readonly sector_identifier_uri?: string;
            /** @enum {string} */
            readonly id_token_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @default false */
            readonly scope_claims_in_id_token?: boolean;
            /** @enum {string} */
            readonly userinfo_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @enum {string} */
            readonly introspection_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @enum {string} */
            readonly id_token_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly id_token_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly userinfo_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly userinfo_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly introspection_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly introspection_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly authorization_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly authorization_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly request_object_encryption_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly request_object_encryption_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            readonly default_max_age?: number;
            /** @default false */
            readonly require_auth_time?: boolean;
            readonly initiate_login_uri?: string;
            readonly default_acr_values?: readonly string[];
            /** @default [] */
            readonly post_logout_redirect_uris?: readonly string[];
            /** @default [] */
            readonly allowed_cors_origins?: readonly string[];
            readonly backchannel_logout_uri?: string;
            /** @default false */
            readonly backchannel_logout_session_required?: boolean;
            /** @default false */
            readonly require_pushed_authorization_requests?: boolean;
            readonly request_object_signing_alg?: string;
            /** @default [] */
            readonly request_uris?: readonly string[];
            /** @default false */
            readonly require_signed_request_object?: boolean;
            readonly response_modes?: readonly ("query" | "fragment" | "form_post" | "jwt" | "query.jwt" | "fragment.jwt" | "form_post.jwt")[];
            /** @enum {string} */
            readonly authorization_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            readonly authorization_details_types?: readonly string[];
            readonly use_mtls_endpoint_aliases?: boolean;
            readonly client_uri?: string;
            readonly logo_uri?: string;
            readonly policy_uri?: string;
            readonly tos_uri?: string;
            /** @default [] */
            readonly contacts?: readonly string[];
            readonly software_id?: string;
            readonly software_version?: string;
            /** @enum {string} */
            readonly backchannel_token_delivery_mode?: "poll" | "ping";
            readonly backchannel_client_notification_endpoint?: string;
            /** @constant */
            readonly backchannel_user_code_parameter?: false;
            /** @enum {string} */
            readonly backchannel_authentication_request_signing_alg?: "PS256" | "ES256" | "EdDSA" | "Ed25519" | "RS256" | "ES384" | "ES512";
            readonly allowed_resources?: readonly string[];
            readonly token_exchange?: {
                /** @default [] */
                readonly subject_audiences?: readonly string[];
                /** @default false */
                readonly impersonation?: boolean;
                /**
                 * @default proof
                 * @enum {string}
                 */
                readonly bound_tokens?: "proof" | "any";
            };
            readonly scope_audiences?: {
                readonly [key: string]: readonly string[];
            };
            readonly access_token_lifetime?: number;
            readonly refresh_token_lifetime?: number;
            readonly refresh_token_idle_lifetime?: number;
            readonly id_token_lifetime?: number;
            readonly device_code_lifetime?: number;
            readonly client_credentials_token_lifetime?: number;
            /** @default false */
            readonly require_pkce?: boolean;
            readonly refresh_token_reuse_window?: number;
            readonly attributes?: {
                readonly [key: string]: string | number | boolean | readonly (string | number)[];
            };
            /** @default false */
            readonly skip_consent?: boolean;
            readonly managed_by?: string;
            readonly plain_http_redirect_uris?: readonly string[];
            /** @description Generated when absent. */
            readonly client_id?: string;
            /** @description True when absent. */
            readonly enabled?: boolean;
        };
        readonly ClientUse: {
            /**
             * Format: date-time
             * @description When it was issued its last access token; absent where that is more than 90 days ago or never was.
             */
            readonly last_issued_at?: string;
            /**
             * Format: date
             * @description The earliest day of which it is known how many tokens any client was issued; absent while none was.
             */
            readonly counted_since?: string;
            /** @description Every day asked for that is counted, oldest first, today last. */
            readonly days: readonly components["schemas"]["ClientUseDay"][];
        };
        readonly ClientUseDay: {
            /**
             * Format: date
             * @description In UTC.
             */
            readonly day: string;
            /** @description Access tokens, counted exactly. */
            readonly tokens: number;
        };
        readonly ClientsToCheck: {
            readonly clients: readonly components["schemas"]["ClientRegistration"][];
            /** @description The name of the group that the client is put into. Where the caller is limited to the clients of one group it is that one when absent. */
            readonly group?: string;
        };
        readonly Consent: {
            readonly username: string;
            readonly client_id: string;
            readonly client_name: string;
            readonly scopes: readonly string[];
            /** Format: date-time */
            readonly granted_at: string;
        };
        readonly ConsentPage: {
            readonly items: readonly components["schemas"]["Consent"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly Credential: {
            readonly kind: components["schemas"]["CredentialKind"];
            /** @description By which one is removed; absent for recovery codes, which go together. */
            readonly credential_id?: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly last_used_at?: string;
            /**
             * Format: date-time
             * @description When a certificate ends.
             */
            readonly expires_at?: string;
            /** @description What its owner calls a passkey; the subject of a certificate. */
            readonly label?: string;
        };
        /** @enum {string} */
        readonly CredentialKind: "totp" | "recovery_code" | "passkey" | "certificate";
        readonly Credentials: {
            readonly items: readonly components["schemas"]["Credential"][];
        };
        /** @enum {string} */
        readonly DeliveryState: "waiting" | "delivered" | "dead";
        readonly DifferingNodes: {
            /** @constant */
            readonly kind: "nodes_differ";
            /** @description Files and settings that are not the same on every node. */
            readonly files: readonly string[];
        };
        readonly Error: {
            /** @description An error code of an RFC, or one of this API. */
            readonly error: string;
            /** @description For people. */
            readonly error_description: string;
            /** @description The part of the input at fault. */
            readonly field?: string;
            /** @description The event that explains a refusal, at `/events/{event_id}`. */
            readonly event_id?: string;
        };
        readonly Event: {
            readonly event_id: string;
            /** Format: date-time */
            readonly time: string;
            /** @description Dotted, for instance `token.refused`. */
            readonly type: string;
            readonly outcome: components["schemas"]["Outcome"];
            /** @description Who did it. */
            readonly actor?: components["schemas"]["Actor"];
            /** @description What it was done to. */
            readonly object?: components["schemas"]["EventObject"];
            /** @description The client that was authenticated, or that the request named. */
            readonly client_id?: string;
            /** @description The person it is about. */
            readonly username?: string;
            readonly remote_address?: string;
            /** @description The certificate that was presented. */
            readonly certificate?: {
                readonly [key: string]: unknown;
            };
            /** @description The error code that was answered. */
            readonly error?: string;
            readonly because?: components["schemas"]["Cause"];
            /** @description What was expected, what was presented, and whatever else was compared. */
            readonly evidence?: {
                readonly [key: string]: unknown;
            };
            /** @description Old and new values by name; of secrets it is told that they changed, never their value. */
            readonly changes?: {
                readonly [key: string]: components["schemas"]["ChangedValue"];
            };
            readonly detail?: {
                readonly [key: string]: unknown;
            };
            /**
             * @description Of this type only a sample is written; `GET /events/counts` has the exact numbers.
             * @constant
             */
            readonly sampled?: true;
            /** @description The trace of the request it happened in, where requests are traced: 32 hex digits. */
            readonly trace_id?: string;
            /** @description The cause in words. */
            readonly what?: string;
            /** @description What to do about it. */
            readonly remedy?: string;
        };
        readonly EventCount: {
            readonly type: string;
            readonly outcome: components["schemas"]["Outcome"];
            /** @description How often it happened, exactly. */
            readonly count: number;
            /** @description How many of these events are kept. */
            readonly kept: number;
            /** @description Whether only a sample of these events is written. */
            readonly sampled: boolean;
        };
        readonly EventCounts: {
            readonly items: readonly components["schemas"]["EventCount"][];
        };
        /** @enum {string} */
        readonly EventKind: "sign_in" | "token" | "administration" | "certificate" | "server" | "connection";
        readonly EventObject: {
            readonly kind: string;
            readonly id: string;
        };
        readonly EventPage: {
            readonly items: readonly components["schemas"]["Event"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly ExpiryBucket: {
            /** @enum {string} */
            readonly label: "expired" | "< 7 days" | "< 30" | "< 90" | "< 180" | "< 1 year" | "< 2 years" | "later";
            readonly count: number;
            /**
             * @description There are more than count says: no more are counted.
             * @constant
             */
            readonly more?: true;
        };
        readonly ExpiryNotice: {
            /** @description So many days before the end; 0 once it had ended. */
            readonly days: number;
            readonly event_id: string;
            /** Format: date-time */
            readonly time: string;
            /** @description Who was told, and what became of it. */
            readonly deliveries: readonly components["schemas"]["NoticeDelivery"][];
        };
        readonly ExplainedStep: {
            readonly step: string;
            /** @enum {string} */
            readonly outcome: "passed" | "failed";
            readonly detail: {
                readonly [key: string]: unknown;
            };
        };
        readonly Explanation: {
            readonly authenticated: boolean;
            readonly steps: readonly components["schemas"]["ExplainedStep"][];
        };
        readonly ExtraCertificate: {
            /** @description The section of deployment.toml that names the file. */
            readonly store: string;
            readonly file: string;
            readonly alias: string;
            readonly "x5t#S256": string;
            readonly subject?: string;
        };
        readonly Finding: {
            /** @enum {string} */
            readonly severity: "error" | "warning" | "note";
            /** @enum {string} */
            readonly code: "expired" | "not-yet-valid" | "expires-soon" | "weak-key" | "weak-signature" | "not-for-client-auth" | "certificate-authority" | "no-certificate-authority" | "used-by-another-client" | "used-by-an-administrator" | "key-not-for-tls" | "renewal" | "unreadable";
            readonly message: string;
            /** @description What the message says of this certificate, by name: for messages in other languages. */
            readonly values: {
                readonly [key: string]: string | number;
            };
        };
        readonly FoundSubject: {
            /** @description The person’s own. */
            readonly sub: string;
            readonly username: string;
            /**
             * @description What the sub that was asked for is.
             * @enum {string}
             */
            readonly subject_type: "public" | "pairwise";
            /** @description Of the clients that hold a grant or a consent of the person those that know them by it. */
            readonly clients: readonly components["schemas"]["KnownSubject"][];
        };
        readonly GivenTrustRole: {
            readonly role: components["schemas"]["TrustRole"];
            /** @description The label of the files that the resource is kept by; null where it is kept by none any more. */
            readonly managed_by?: string | null;
        };
        readonly Grant: {
            readonly grant_id: string;
            readonly username: string;
            readonly client_id: string;
            readonly client_name: string;
            readonly scope: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly expires_at: string;
        };
        readonly GrantPage: {
            readonly items: readonly components["schemas"]["Grant"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly Group: {
            readonly group_id: string;
            readonly name: string;
            readonly description: string;
            /** @description The `group_id` of the group that contains it. */
            readonly parent?: string;
            readonly parent_name?: string;
            readonly managed_by?: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly revision: number;
            /** @description Members of the group itself and groups that it contains itself; in answers about one group alone. */
            readonly members?: components["schemas"]["HolderCounts"];
            /** @description Roles that the group holds itself; in answers about one group alone. */
            readonly roles?: readonly {
                readonly role_id: string;
                readonly name: string;
            }[];
        };
        readonly GroupChanges: {
            readonly name?: string;
            readonly description?: string;
            /** @description Null where it is to stand by itself. */
            readonly parent?: string | null;
            /** @description The label of the files that the resource is kept by; null where it is kept by none any more. */
            readonly managed_by?: string | null;
        };
        readonly GroupPage: {
            readonly items: readonly components["schemas"]["Group"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
            /** @description Where total=matching asks for it, how many there are on all pages of what the listing is narrowed to; 100001 stands for however many more than 100000. */
            readonly matching?: number;
        };
        readonly HeldPermission: {
            readonly permission: components["schemas"]["Permission"];
            /** @description Where it goes to the clients of these groups alone. */
            readonly group_ids?: readonly string[];
        };
        readonly Histogram: {
            readonly items: readonly components["schemas"]["HistogramBar"][];
        };
        readonly HistogramBar: {
            /** @description Where the bucket begins, in milliseconds since the epoch. */
            readonly time: number;
            readonly outcome: components["schemas"]["Outcome"];
            readonly count: number;
        };
        readonly HolderCounts: {
            readonly people: number;
            readonly clients: number;
            readonly groups: number;
        };
        readonly HoldingClient: {
            readonly client_id: string;
            readonly client_name: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            readonly added_at: string;
        };
        readonly HoldingClientPage: {
            readonly items: readonly components["schemas"]["HoldingClient"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly HoldingGroup: {
            readonly group_id: string;
            readonly name: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            readonly added_at: string;
        };
        readonly HoldingGroupPage: {
            readonly items: readonly components["schemas"]["HoldingGroup"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly HoldingPerson: {
            readonly sub: string;
            readonly username: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            readonly added_at: string;
        };
        readonly HoldingPersonPage: {
            readonly items: readonly components["schemas"]["HoldingPerson"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly ImportFinding: {
            /** @description As the other server names it. */
            readonly field: string;
            /** @description As it is named here. */
            readonly ours?: string;
            /** @enum {string} */
            readonly outcome: "same" | "changed" | "lost" | "asked";
            readonly why: string;
        };
        readonly ImportItem: {
            readonly kind: string;
            readonly name: string;
            /**
             * @description `added`: it was written, or of a dry run would be. `differs`: another one is here, and stays.
             * @enum {string}
             */
            readonly outcome: "added" | "present" | "differs" | "left_out";
            readonly findings: readonly components["schemas"]["ImportFinding"][];
        };
        readonly ImportReport: {
            readonly source: string;
            readonly dry_run: boolean;
            /** @description By kind, how many things came to which outcome. */
            readonly counts: {
                readonly [key: string]: {
                    readonly [key: string]: number;
                };
            };
            readonly items: readonly components["schemas"]["ImportItem"][];
            /** @description Clients that were answered for and that are not in the files. */
            readonly answers_for_nobody: readonly string[];
        };
        readonly ImportSources: {
            readonly items: readonly {
                readonly source: string;
            }[];
        };
        readonly ImportedCertificates: {
            readonly added: readonly components["schemas"]["TrustEntry"][];
            /** @description Certificates that were there already. */
            readonly known: readonly components["schemas"]["TrustEntry"][];
            /** @description What keeps an added certificate from being of use. */
            readonly warnings?: readonly string[];
        };
        readonly ImportedFile: {
            /** @description Relative to what was chosen, with `/`. */
            readonly name: string;
            /** @description The octets of the file, in base64. */
            readonly content: string;
        };
        readonly InitialAccessToken: {
            readonly token_id: string;
            readonly label: string;
            readonly clients_allowed: number;
            readonly clients_registered: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly expires_at: string;
            /** @description The group that the clients it registers are put into. */
            readonly group_id?: string;
            /** @description Its name; absent where the group is gone. */
            readonly group?: string;
        };
        readonly InitialAccessTokens: {
            readonly items: readonly components["schemas"]["InitialAccessToken"][];
        };
        readonly IssuedClient: {
            readonly client_name: string;
            /** @enum {string} */
            readonly token_endpoint_auth_method: "self_signed_tls_client_auth" | "tls_client_auth" | "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "client_secret_jwt" | "none";
            readonly grant_types: readonly string[];
            readonly response_types: readonly string[];
            readonly redirect_uris: readonly string[];
            readonly scope: string;
            readonly default_scope?: string;
            readonly certificates: readonly string[];
            readonly jwks_uri?: string;
            readonly jwks?: {
                readonly keys: readonly ({
                    readonly kty: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
            } & {
                readonly [key: string]: unknown;
            };
            readonly tls_client_auth_subject_dn?: string;
            readonly tls_client_auth_san_dns?: string;
            readonly tls_client_auth_san_uri?: string;
            readonly tls_client_auth_san_ip?: string;
            readonly tls_client_auth_san_email?: string;
            readonly trust_group?: string;
            readonly trust_anchors: readonly string[];
            readonly token_endpoint_auth_signing_alg?: string;
            /** @enum {string} */
            readonly profile?: "fapi2-security" | "fapi2-message-signing" | "fapi1-advanced" | "uk-open-banking" | "open-finance-brasil" | "au-cdr" | "au-connectid" | "ksa-open-banking";
            /** @description Whether the client asked for it (RFC 8705 §3.4); certificate_binding says what holds. */
            readonly tls_client_certificate_bound_access_tokens: boolean;
            readonly dpop_bound_access_tokens: boolean;
            /** @enum {string} */
            readonly access_token_type: "jwt" | "reference";
            /** @enum {string} */
            readonly application_type: "web" | "native";
            /** @enum {string} */
            readonly subject_type?: "public" | "pairwise";
            readonly sector_identifier_uri?: string;
            /** @enum {string} */
            readonly id_token_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            readonly scope_claims_in_id_token: boolean;
            /** @enum {string} */
            readonly userinfo_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @enum {string} */
            readonly introspection_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            /** @enum {string} */
            readonly id_token_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly id_token_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly userinfo_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly userinfo_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly introspection_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly introspection_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly authorization_encrypted_response_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly authorization_encrypted_response_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            /** @enum {string} */
            readonly request_object_encryption_alg?: "RSA-OAEP-256" | "RSA-OAEP" | "ECDH-ES" | "ECDH-ES+A256KW";
            /** @enum {string} */
            readonly request_object_encryption_enc?: "A256GCM" | "A128GCM" | "A256CBC-HS512" | "A128CBC-HS256";
            readonly default_max_age?: number;
            readonly require_auth_time: boolean;
            readonly initiate_login_uri?: string;
            readonly default_acr_values?: readonly string[];
            readonly post_logout_redirect_uris: readonly string[];
            readonly allowed_cors_origins: readonly string[];
            readonly backchannel_logout_uri?: string;
            readonly backchannel_logout_session_required: boolean;
            readonly require_pushed_authorization_requests: boolean;
            readonly request_object_signing_alg?: string;
            readonly request_uris: readonly string[];
            readonly require_signed_request_object: boolean;
            readonly response_modes?: readonly ("query" | "fragment" | "form_post" | "jwt" | "query.jwt" | "fragment.jwt" | "form_post.jwt")[];
            /** @enum {string} */
            readonly authorization_signed_response_alg?: "ES256" | "PS256" | "RS256" | "EdDSA";
            readonly authorization_details_types?: readonly string[];
            readonly use_mtls_endpoint_aliases?: boolean;
            readonly client_uri?: string;
            readonly logo_uri?: string;
            readonly policy_uri?: string;
            readonly tos_uri?: string;
            readonly contacts: readonly string[];
            readonly software_id?: string;
            readonly software_version?: string;
            /** @enum {string} */
            readonly backchannel_token_delivery_mode?: "poll" | "ping";
            readonly backchannel_client_notification_endpoint?: string;
            /** @constant */
            readonly backchannel_user_code_parameter?: false;
            /** @enum {string} */
            readonly backchannel_authentication_request_signing_alg?: "PS256" | "ES256" | "EdDSA" | "Ed25519" | "RS256" | "ES384" | "ES512";
            readonly allowed_resources?: readonly string[];
            readonly token_exchange?: {
                readonly subject_audiences: readonly string[];
                readonly impersonation: boolean;
                /** @enum {string} */
                readonly bound_tokens: "proof" | "any";
            };
            readonly scope_audiences?: {
                readonly [key: string]: readonly string[];
            };
            readonly access_token_lifetime?: number;
            readonly refresh_token_lifetime?: number;
            readonly refresh_token_idle_lifetime?: number;
            readonly id_token_lifetime?: number;
            readonly device_code_lifetime?: number;
            readonly client_credentials_token_lifetime?: number;
            readonly require_pkce: boolean;
            readonly refresh_token_reuse_window?: number;
            readonly attributes?: {
                readonly [key: string]: string | number | boolean | readonly (string | number)[];
            };
            readonly skip_consent: boolean;
            readonly managed_by?: string;
            readonly plain_http_redirect_uris?: readonly string[];
            /**
             * @description What tls_client_certificate_bound_access_tokens comes to: true is required, false is off; absent is when_presented: tokens are bound to the certificate that comes, or to the DPoP key alone where one is proved.
             * @enum {string}
             */
            readonly certificate_binding: "required" | "when_presented" | "off";
            readonly client_id: string;
            /** @description Seconds since the epoch (RFC 7591 §3.2.1). */
            readonly client_id_issued_at: number;
            readonly enabled: boolean;
            /** @constant */
            readonly awaits_confirmation?: true;
            /** @description Grows with every change; the `ETag` of the client alone. */
            readonly revision: number;
            readonly has_client_secret: boolean;
            /** @description A client of the server itself, which cannot be changed. */
            readonly built_in: boolean;
            readonly certificate_details: readonly components["schemas"]["Certificate"][];
            /**
             * Format: date-time
             * @description When the last of its certificates ends, those that its jwks holds included; absent where no end is known.
             */
            readonly certificates_end?: string;
            /** @description Shown once, in the answer to what generated it. */
            readonly client_secret?: string;
            /**
             * @description Never (RFC 7591 §3.2.1).
             * @constant
             */
            readonly client_secret_expires_at?: 0;
            /**
             * @description Beside client_secret. With nothing the client proves itself by its method alone, and its secret is accepted nowhere.
             * @enum {string}
             */
            readonly client_secret_authenticates?: "client" | "nothing";
            readonly warnings?: readonly components["schemas"]["RegistrationWarning"][];
        };
        readonly IssuedInitialAccessToken: {
            readonly token_id: string;
            readonly label: string;
            readonly clients_allowed: number;
            readonly clients_registered: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly expires_at: string;
            /** @description The group that the clients it registers are put into. */
            readonly group_id?: string;
            /** @description Its name; absent where the group is gone. */
            readonly group?: string;
            /** @description The token itself, shown once. */
            readonly initial_access_token: string;
        };
        readonly JwksFailure: {
            /** @enum {string} */
            readonly because: "over-budget" | "scheme" | "address-not-allowed" | "timeout" | "too-large" | "redirect" | "status" | "media-type" | "tls" | "network" | "html" | "not-json" | "too-deep" | "not-a-jwks" | "too-many-keys" | "duplicate-kid" | "unexpected";
            readonly message: string;
            readonly evidence: {
                readonly [key: string]: unknown;
            };
        };
        readonly JwksPreview: {
            readonly keys: readonly components["schemas"]["PublishedKey"][];
            readonly skipped: readonly components["schemas"]["SkippedKey"][];
            readonly failure?: components["schemas"]["JwksFailure"];
        };
        readonly JwksToPreview: {
            readonly jwks_uri: string;
        };
        readonly KnownSubject: {
            readonly client_id: string;
            readonly client_name: string;
            /** @enum {string} */
            readonly subject_type: "public" | "pairwise";
            /** @description With pairwise: the host whose clients know the person by this sub, or client and its client_id where that is one client alone. */
            readonly sector?: string;
            /** @description By which the client knows the person. */
            readonly sub: string;
        };
        readonly KnownSubjects: {
            readonly items: readonly components["schemas"]["KnownSubject"][];
        };
        /** @enum {string} */
        readonly LimitableRole: "clients_reader" | "clients_writer" | "audit_reader";
        readonly LimitedRole: {
            readonly role: components["schemas"]["LimitableRole"];
            /** @description Its name; absent where it is gone, so that the role gives nothing. */
            readonly group?: string;
            readonly group_id: string;
        };
        readonly MadeSignInLink: {
            readonly username: string;
            /** @description Signs the person in once, after which they choose a new password. It is shown this once. */
            readonly sign_in_link: string;
            /** Format: date-time */
            readonly expires_at: string;
        };
        readonly Me: {
            /** @description Of a client on its own behalf its client_id. */
            readonly username: string;
            /**
             * @description A client calls on its own behalf; an operator at the command line of the home.
             * @enum {string}
             */
            readonly kind: "person" | "client" | "operator";
            readonly roles: readonly components["schemas"]["Role"][];
            readonly limited_roles?: readonly components["schemas"]["LimitedRole"][];
            /** @description What this call may do: what its roles and its scopes both give. */
            readonly permissions: readonly components["schemas"]["HeldPermission"][];
            /** @description The same in scopes, as few as say it. */
            readonly scopes: readonly components["schemas"]["Scope"][];
            readonly issuer: string;
            readonly version: string;
            /** @description Seconds. */
            readonly console_session_lifetime: number;
        };
        readonly Memberships: {
            /** @description Every group, those that contain others of it included, by name. */
            readonly groups: readonly {
                readonly group_id: string;
                readonly name: string;
                readonly parent?: string;
                /** @description Whether it is a member of the group itself, or only of one that the group contains. */
                readonly direct: boolean;
            }[];
            /** @description Every role, those of its groups included, by name. */
            readonly roles: readonly {
                readonly role_id: string;
                readonly name: string;
                /** @description Whether it holds the role itself. */
                readonly direct: boolean;
                /** @description Names of those of its groups that hold the role. */
                readonly groups: readonly string[];
            }[];
        };
        readonly MissingNode: {
            /** @constant */
            readonly kind: "node_missing";
            /** @description Its host name and home folder. */
            readonly node: string;
            /** Format: date-time */
            readonly seen_at: string;
            readonly version: string;
        };
        readonly NamedHolders: {
            /**
             * @description Usernames.
             * @default []
             */
            readonly people?: readonly string[];
            /**
             * @description Values of `client_id`.
             * @default []
             */
            readonly clients?: readonly string[];
            /**
             * @description Values of `group_id`.
             * @default []
             */
            readonly groups?: readonly string[];
        };
        readonly NamedMembers: {
            /**
             * @description Usernames.
             * @default []
             */
            readonly people?: readonly string[];
            /**
             * @description Values of `client_id`.
             * @default []
             */
            readonly clients?: readonly string[];
        };
        readonly NewApplicationRole: {
            readonly name: string;
            readonly description?: string;
            readonly managed_by?: string;
        };
        readonly NewAttribute: {
            /** @description As the claims of accounts have it. */
            readonly name: string;
            /** @enum {string} */
            readonly type: "string" | "integer" | "boolean" | "date" | "url" | "email" | "phone";
            /** @default false */
            readonly list?: boolean;
            readonly pattern?: string;
            readonly max_length?: number;
            readonly minimum?: number;
            readonly maximum?: number;
            readonly title?: string;
            readonly managed_by?: string;
        };
        readonly NewClaimRule: {
            readonly claim: string;
            readonly scope?: string;
            readonly client_id?: string;
            readonly source: {
                /** @constant */
                readonly from: "groups";
            } | {
                /** @constant */
                readonly from: "roles";
            } | {
                /** @constant */
                readonly from: "person_attribute";
                readonly attribute: string;
            } | {
                /** @constant */
                readonly from: "client_attribute";
                readonly attribute: string;
            } | {
                /** @constant */
                readonly from: "value";
                readonly value: string | number | boolean | readonly (string | number)[];
            } | {
                /** @constant */
                readonly from: "plug_in";
                readonly plug_in: string;
            };
            readonly destinations: readonly ("id_token" | "userinfo" | "access_token" | "introspection")[];
            /** @enum {string} */
            readonly form: "single" | "list";
            readonly max_size?: number;
            readonly description?: string;
            /** @description A UUID when absent. */
            readonly claim_rule_id?: string;
            readonly managed_by?: string;
        };
        readonly NewGroup: {
            readonly name: string;
            readonly description?: string;
            /** @description The `group_id` of the group that is to contain it. */
            readonly parent?: string;
            readonly managed_by?: string;
        };
        readonly NewImport: {
            /** @description What wrote the files: one of `GET /import/sources`. */
            readonly source: string;
            /** @description Whether everything is only judged, and nothing written. */
            readonly dry_run: boolean;
            readonly files: readonly components["schemas"]["ImportedFile"][];
            /**
             * @description Files of certificates that the other server trusts: PEM, DER, PKCS#7, JKS or PKCS#12.
             * @default []
             */
            readonly trust?: readonly components["schemas"]["ImportedFile"][];
            /**
             * @description Of those of `trust` that are key stores.
             * @default
             */
            readonly store_password?: string;
            /**
             * @description Aliases or SHA-256 thumbprints of those of `trust` that vouch for clients.
             * @default []
             */
            readonly authorities?: readonly string[];
            /**
             * @description What the files lack and whoever calls knows.
             * @default {}
             */
            readonly answers?: {
                /** @default {} */
                readonly clients?: {
                    readonly [key: string]: {
                        readonly client_secret?: string;
                        readonly redirect_uris?: readonly string[];
                        readonly accept_redirect_uris?: readonly string[];
                        readonly token_endpoint_auth_method?: string;
                        readonly tls_client_auth_subject_dn?: string;
                        readonly authority?: string;
                    };
                };
                /** @default {} */
                readonly settings?: {
                    readonly [key: string]: string;
                };
            };
        };
        readonly NewInitialAccessToken: {
            /** @description Whom it is given to, for people. */
            readonly label: string;
            /** @description Seconds. */
            readonly lifetime?: number;
            /** @description How many it may register. */
            readonly clients?: number;
            /** @description The name of the group that these clients are put into; none when absent. */
            readonly group?: string;
        };
        readonly NewLimitedRole: {
            readonly role: components["schemas"]["LimitableRole"];
            /** @description The name of the group; the clients in groups that it contains count too. */
            readonly group: string;
        };
        readonly NewPassword: {
            readonly password: string;
            /**
             * @description Whether the person must choose another password at the next sign-in, before anything else.
             * @default false
             */
            readonly temporary?: boolean;
            /**
             * @description Whether sessions and grants, with every token from them, end with the old password.
             * @default true
             */
            readonly end_sessions?: boolean;
        };
        readonly NewSignInLink: {
            /**
             * @description Seconds it is good for.
             * @default 3600
             */
            readonly lifetime?: number;
        };
        readonly NewUser: {
            readonly username: string;
            readonly password: string;
            /**
             * @description Whether the person must choose another password at the next sign-in, before anything else.
             * @default false
             */
            readonly temporary?: boolean;
            /** @default [] */
            readonly roles?: readonly components["schemas"]["Role"][];
            /** @default [] */
            readonly limited_roles?: readonly components["schemas"]["NewLimitedRole"][];
            /** @default {} */
            readonly claims?: {
                readonly [key: string]: unknown;
            };
            /**
             * @description What the person must do at the next sign-in, before anything is issued: update_password, configure_totp, verify_email. The last one is done by an administrator, who takes it away or sets the claim email_verified. Whoever is signed in has to sign in again; tokens issued before stay.
             * @default []
             */
            readonly required_actions?: readonly components["schemas"]["RequiredAction"][];
        };
        readonly NoAuthority: {
            readonly entry: string;
            /** @description The subject. */
            readonly certificate: string;
            readonly "x5t#S256": string;
            /** @enum {string} */
            readonly role: "authority" | "handshake";
            readonly why: string;
            /** @description The command, or what to write into deployment.toml. */
            readonly to_change: string;
        };
        readonly Node: {
            /** @description Its host name and home folder. */
            readonly node: string;
            /** @description Whether it is the one that answers. */
            readonly this_node: boolean;
            readonly host: string;
            readonly home: string;
            readonly version: string;
            /** Format: date-time */
            readonly started_at: string;
            /** Format: date-time */
            readonly seen_at: string;
            /** @description Certificates that its trust store files brought along and the deployment does not trust: they count for nothing. */
            readonly extra: readonly components["schemas"]["ExtraCertificate"][];
        };
        readonly NodeDifference: {
            /** @description A file or setting of each node. */
            readonly file: string;
            readonly sides: readonly {
                /** @description Absent for nodes that do not have it. */
                readonly sha256?: string;
                readonly nodes: readonly string[];
            }[];
        };
        readonly Nodes: {
            /** @description Empty where the database is one node’s own. */
            readonly items: readonly components["schemas"]["Node"][];
            /** @description Files and settings that are not the same on every node. */
            readonly differences: readonly components["schemas"]["NodeDifference"][];
        };
        readonly NoticeDelivery: {
            readonly webhook: string;
            readonly state: components["schemas"]["DeliveryState"];
            /**
             * Format: date-time
             * @description When it arrived or was given up; of one that waits, when it was written down.
             */
            readonly time: string;
        };
        /** @enum {string} */
        readonly Outcome: "success" | "refused" | "failure";
        /** @enum {string} */
        readonly Permission: "clients:read" | "clients:write" | "people:read" | "people:write" | "keys:read" | "keys:write" | "trust:read" | "trust:write" | "settings:read" | "settings:write" | "audit:read" | "administrators:write";
        readonly PreviewedCertificate: {
            readonly certificate: components["schemas"]["Certificate"];
            /** @description Under which the store has it already. */
            readonly alias?: string;
            readonly findings: readonly components["schemas"]["Finding"][];
        };
        readonly PreviewedCertificates: {
            readonly certificates: readonly components["schemas"]["PreviewedCertificate"][];
            /** @description How many private keys stand beside them; an import takes none of these. */
            readonly private_keys: number;
        };
        readonly PublishedKey: {
            readonly kid?: string;
            /** @enum {string} */
            readonly kty: "RSA" | "EC" | "OKP";
            readonly use?: string;
            readonly alg?: string;
            readonly "x5t#S256"?: string;
            readonly certificate?: components["schemas"]["Certificate"];
            readonly findings: readonly components["schemas"]["Finding"][];
        };
        readonly RegistrationWarning: {
            readonly field: string;
            readonly message: string;
        };
        readonly RemovedCredentials: {
            readonly sessions: number;
            readonly grants: number;
            readonly removed: number;
        };
        readonly ReplayedDeliveries: {
            readonly replayed: readonly string[];
        };
        readonly RequestBar: {
            /** @description Where the bucket begins, in milliseconds since the epoch. */
            readonly time: number;
            /** @description As metrics call it: `token`, `authorize`, `admin`… */
            readonly endpoint: string;
            /** @description `refused` is an answer of 400 to 499 or to an application that says so, `failure` one of 500 or more. */
            readonly outcome: components["schemas"]["Outcome"];
            readonly count: number;
        };
        readonly RequestHistogram: {
            readonly items: readonly components["schemas"]["RequestBar"][];
        };
        /** @enum {string} */
        readonly RequiredAction: "update_password" | "configure_totp" | "verify_email";
        readonly RestartNeeded: {
            /** @constant */
            readonly kind: "restart_needed";
            /** @description Its host name and home folder. */
            readonly node: string;
            /** @description Whether it is the node that answers. */
            readonly this_node: boolean;
            /** @description Keys of deployment.toml that were changed and count from the next start on. */
            readonly keys: readonly string[];
        };
        readonly RevocationFailure: {
            /** Format: date-time */
            readonly at: string;
            readonly problems: readonly string[];
        };
        readonly RevocationState: {
            /** @enum {string} */
            readonly kind: "crl" | "ocsp";
            /** @description URL or path. */
            readonly location: string;
            /** @description Of the certificate an OCSP response is about, in hexadecimal. */
            readonly serial?: string;
            /** Format: date-time */
            readonly this_update?: string;
            /** Format: date-time */
            readonly next_update?: string;
            /** Format: date-time */
            readonly fetched_at?: string;
            /** @description The last attempt, when it failed. */
            readonly error?: components["schemas"]["RevocationFailure"];
        };
        readonly RevocationStates: {
            readonly items: readonly components["schemas"]["RevocationState"][];
        };
        /** @enum {string} */
        readonly Role: "owner" | "client_manager" | "auditor" | "clients_reader" | "clients_writer" | "people_reader" | "people_writer" | "keys_reader" | "keys_writer" | "trust_reader" | "trust_writer" | "settings_reader" | "settings_writer" | "audit_reader";
        readonly RolesOfGroup: {
            readonly items: readonly components["schemas"]["ApplicationRole"][];
        };
        /** @enum {string} */
        readonly Scope: "admin:read" | "admin:clients" | "admin:trust" | "admin:users" | "admin:keys" | "admin:clients:read" | "admin:clients:write" | "admin:people:read" | "admin:people:write" | "admin:keys:read" | "admin:keys:write" | "admin:trust:read" | "admin:trust:write" | "admin:settings:read" | "admin:settings:write" | "admin:audit:read" | "admin:administrators:write";
        readonly Session: {
            readonly session_id: string;
            readonly username: string;
            /** Format: date-time */
            readonly signed_in_at: string;
            /** Format: date-time */
            readonly last_seen_at: string;
            /** Format: date-time */
            readonly expires_at: string;
            /** @description How the person signed in (RFC 8176). */
            readonly amr: readonly string[];
            /** @description The clients signed in to. */
            readonly client_ids: readonly string[];
            readonly remote_address?: string;
            readonly user_agent?: string;
            /** @description Browser and system, as far as user_agent names them: `Firefox, Linux`. */
            readonly device?: string;
        };
        readonly SessionPage: {
            readonly items: readonly components["schemas"]["Session"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly Setting: {
            /** @description The key of `deployment.toml`, dotted. */
            readonly key: string;
            readonly description: string;
            readonly expected: string;
            /** @description JSON of the value in force; absent for secrets and for what is not set. */
            readonly value?: string;
            readonly secret: boolean;
            /**
             * @description Whether the file sets it, or it holds by default.
             * @enum {string}
             */
            readonly source: "deployment.toml" | "default";
            /** @description What holds when the key is left out, where that is not a plain value. */
            readonly otherwise?: string;
            /**
             * @description When a change counts.
             * @enum {string}
             */
            readonly reload: "live" | "restart";
            /**
             * @description Why it is changed in the file alone: only a restart takes it up, it is a secret, it names a file of the machine, it says whom the server believes, what it may reach, or how long what happened stays known, others refer to what it names, or it is no plain value. Absent where `PATCH /settings` changes it.
             * @enum {string}
             */
            readonly fixed?: "restart" | "secret" | "machine" | "trust" | "reach" | "evidence" | "name" | "form";
            /** @description What a value is; absent where it is no plain value or list of these. */
            readonly form?: components["schemas"]["SettingForm"];
        };
        readonly SettingForm: {
            /** @enum {string} */
            readonly kind: "text" | "number" | "boolean" | "choice" | "list";
            /** @description Of a choice. */
            readonly choices?: readonly string[];
            /**
             * @description Of a list: what each of it is.
             * @enum {string}
             */
            readonly of?: "text" | "number";
        };
        readonly Settings: {
            readonly file: string;
            /** @description The node whose file it is: its host name and home folder. */
            readonly node?: string;
            /** @description How many nodes share the database; each has a `deployment.toml` of its own. */
            readonly nodes?: number;
            /** @description Why the file cannot be used as it is; the last good one is in force. */
            readonly problem?: string;
            /** @description Why `PATCH` cannot change the file, whatever the change is. */
            readonly read_only?: string;
            /** @description Keys that were changed in the file and count from the next start on. */
            readonly waiting?: readonly string[];
            readonly sections: readonly components["schemas"]["SettingsSection"][];
        };
        readonly SettingsChanges: {
            /** @description New values by key; null takes a key out of the file, so that its default holds. */
            readonly changes: {
                readonly [key: string]: (string | number | boolean) | readonly (string | number | boolean)[] | null;
            };
        };
        readonly SettingsPreview: {
            readonly file: string;
            readonly node: string;
            /** @description Those whose value would be another. */
            readonly keys: readonly string[];
            /** @description What would be different in the file. */
            readonly lines: readonly components["schemas"]["ChangedLines"][];
        };
        readonly SettingsSection: {
            readonly section: string;
            readonly description: string;
            /** @description A list of tables, `[[section]]`; each has its own settings. */
            readonly repeated: boolean;
            readonly settings: readonly components["schemas"]["Setting"][];
        };
        readonly SharedWith: {
            /** @enum {string} */
            readonly as: "client" | "server" | "authority" | "proxy" | "administrator" | "person";
            readonly client_id?: string;
            readonly name?: string;
        };
        readonly SignedOut: {
            readonly sessions: number;
            readonly grants: number;
        };
        readonly SigningKey: {
            readonly kid: string;
            /**
             * @description RSA-OAEP-256 and ECDH-ES are those of decryption keys.
             * @enum {string}
             */
            readonly alg: "ES256" | "PS256" | "RS256" | "EdDSA" | "RSA-OAEP-256" | "ECDH-ES";
            /**
             * @description What it is for: to sign, or to be encrypted to (RFC 7517 §4.2).
             * @enum {string}
             */
            readonly use: "sig" | "enc";
            /** @enum {string} */
            readonly state: "next" | "active" | "retired";
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly retired_at?: string;
            /**
             * Format: date-time
             * @description Of the active and the next key that sign: from when on everybody who verifies tokens knows it. An active key signs from then on, and until then the one before it; a rotation to the next key is safe, and has its effect at once, from then on.
             */
            readonly known_from?: string;
        };
        readonly SigningKeys: {
            readonly items: readonly components["schemas"]["SigningKey"][];
        };
        readonly SkippedKey: {
            /** @description Place in `keys`, from 0. */
            readonly index: number;
            readonly kid?: string;
            /** @enum {string} */
            readonly because: "private-members" | "symmetric" | "unknown-kty" | "malformed" | "weak" | "x5c-malformed" | "x5c-of-another-key" | "x5t-malformed" | "x5t-of-another-certificate";
            readonly message: string;
            /**
             * @description The only member that is not used; the key is.
             * @constant
             */
            readonly member?: "x5t#S256";
        };
        readonly ThumbprintTrustRole: {
            readonly "x5t#S256": string;
            /** @description Absent for a certificate that stands in no store any more. */
            readonly entry?: components["schemas"]["TrustEntry"];
        };
        readonly TrustEntry: {
            readonly alias: string;
            /** @enum {string} */
            readonly kind: "trusted-certificate" | "private-key";
            readonly certificate: components["schemas"]["Certificate"];
            /** @description `authority` vouches for client certificates, `handshake` for nobody but itself. */
            readonly role: components["schemas"]["TrustRole"];
            /**
             * @description `named` and `configured` are words of people, the others what the rule says.
             * @enum {string}
             */
            readonly because: "configured" | "named" | "certificate-authority" | "trust-group" | "not-a-certificate-authority" | "unnamed" | "unreadable" | "certificate-of-a-client" | "key-of-a-client";
            /** @description The same for people. */
            readonly why: string;
            /** @description Whether it is an authority, signed by itself, and nobody named it so. */
            readonly unconfirmed: boolean;
            /** @description Clients that have or had its certificate or key: for their sake the rule makes it no authority. */
            readonly clients?: readonly string[];
            readonly named_by?: string;
            /** Format: date-time */
            readonly named_at?: string;
            readonly managed_by?: string;
            /** @description What is wrong with the role that somebody gave it, as a predicate of the entry. */
            readonly warning?: string;
        };
        /** @enum {string} */
        readonly TrustRole: "authority" | "handshake";
        readonly TrustStore: {
            /** @description Absent for the trust store itself. */
            readonly group?: string;
            readonly file_name: string;
            /** @enum {string} */
            readonly type: "JKS" | "PKCS12" | "PEM";
            /**
             * @description Where its entries stand: in the file, or in the database that nodes share, into which edits of their files are taken up.
             * @enum {string}
             */
            readonly kept_in: "file" | "database";
            /** @enum {string} */
            readonly revocation: "off" | "prefer" | "require";
            readonly crl_file?: string;
            readonly entries: readonly components["schemas"]["TrustEntry"][];
        };
        readonly TrustStores: {
            readonly items: readonly components["schemas"]["TrustStore"][];
        };
        readonly UnreachableSource: {
            /** @constant */
            readonly kind: "revocation_unreachable";
            /** @enum {string} */
            readonly source: "crl" | "ocsp";
            /** @description URL or path. */
            readonly location: string;
            readonly problems: readonly string[];
            /**
             * Format: date-time
             * @description When it was last tried.
             */
            readonly at: string;
            /**
             * Format: date-time
             * @description Until when what is held of it is good; absent where nothing is held.
             */
            readonly next_update?: string;
        };
        readonly UnreadablePart: {
            readonly field: string;
            readonly reason: string;
        };
        readonly UnreadableRecord: {
            /** @description Names the record. */
            readonly record: string;
            readonly why: string;
        };
        readonly User: {
            readonly sub: string;
            readonly username: string;
            /** @description Administrator roles that count for the whole server. */
            readonly roles: readonly components["schemas"]["Role"][];
            /** @description Administrator roles that count for the clients of a group. */
            readonly limited_roles?: readonly components["schemas"]["LimitedRole"][];
            /** @description Claims of OIDC Core §5.1, and others. */
            readonly claims: {
                readonly [key: string]: unknown;
            };
            readonly enabled: boolean;
            /** @constant */
            readonly awaits_confirmation?: true;
            /** Format: date-time */
            readonly created_at: string;
            /** @description Whether there is a password; somebody moved from another server may have none. */
            readonly has_password: boolean;
            /** @description Whether another password must be chosen at the next sign-in: update_password is required. */
            readonly password_temporary: boolean;
            /** @description What must be done at the next sign-in, before anything is issued; absent where there is nothing. */
            readonly required_actions?: readonly components["schemas"]["RequiredAction"][];
            /**
             * Format: date-time
             * @description Since when too many wrong passwords keep the account locked; in answers about one account alone.
             */
            readonly locked_at?: string;
            /** @description The link that would sign the person in, if there is one; in answers about one account alone. */
            readonly sign_in_link?: {
                readonly made_by: string;
                /** Format: date-time */
                readonly made_at: string;
                /** Format: date-time */
                readonly expires_at: string;
            };
        };
        readonly UserChanges: {
            readonly roles?: readonly components["schemas"]["Role"][];
            readonly limited_roles?: readonly components["schemas"]["NewLimitedRole"][];
            readonly claims?: {
                readonly [key: string]: unknown;
            };
            readonly enabled?: boolean;
            /** @description What the person must do at the next sign-in, before anything is issued: update_password, configure_totp, verify_email. The last one is done by an administrator, who takes it away or sets the claim email_verified. Whoever is signed in has to sign in again; tokens issued before stay. */
            readonly required_actions?: readonly components["schemas"]["RequiredAction"][];
        };
        readonly UserPage: {
            readonly items: readonly components["schemas"]["User"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
            /** @description Where total=matching asks for it, how many there are on all pages of what the listing is narrowed to; 100001 stands for however many more than 100000. */
            readonly matching?: number;
        };
        readonly Watched: {
            /** @enum {string} */
            readonly kind: "server" | "authority" | "client" | "jwks" | "proxy" | "signing_key" | "crl";
            /** @description Its own in the deployment. */
            readonly key: string;
            /** @description An alias and its store, a client’s name, a jwks_uri, an alg and kid, where a CRL lies. */
            readonly name: string;
            /**
             * Format: date-time
             * @description When it ends; of a signing key, when a rotation is due. Absent where nobody can say.
             */
            readonly not_after?: string;
            readonly "x5t#S256"?: string;
            readonly subject?: string;
            readonly client_id?: string;
            /** @description How many clients have the authority as their own. */
            readonly clients?: number;
            /**
             * Format: date-time
             * @description To the day.
             */
            readonly last_used_at?: string;
            /** @description Absent where nothing is known of its use, or not for long enough. */
            readonly unused?: boolean;
            /**
             * @description Its client came with a later one on a later day; no notice is given of its end.
             * @constant
             */
            readonly succeeded?: true;
            /**
             * @description Nobody registered it: a client came with it.
             * @constant
             */
            readonly presented?: true;
            /** @description Who else has the same certificate. */
            readonly shared: readonly components["schemas"]["SharedWith"][];
            /** @description The notices that were given of this end. */
            readonly notices: readonly components["schemas"]["ExpiryNotice"][];
        };
        readonly WatchedCount: {
            /** @enum {string} */
            readonly kind: "server" | "authority" | "client" | "jwks" | "proxy" | "signing_key" | "crl";
            readonly count: number;
            /**
             * @description There are more than are counted.
             * @constant
             */
            readonly more?: true;
        };
        readonly WatchedCounts: {
            /** @description The soonest first. */
            readonly windows: readonly components["schemas"]["WatchedWindow"][];
        };
        readonly WatchedPage: {
            readonly items: readonly components["schemas"]["Watched"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly WatchedWindow: {
            /** @description Days from now; absent for what has ended. */
            readonly from_days?: number;
            /** @description Absent for all that comes later. */
            readonly until_days?: number;
            /**
             * @description What nobody can say the end of.
             * @constant
             */
            readonly unknown?: true;
            readonly counts: readonly components["schemas"]["WatchedCount"][];
        };
        readonly Webhook: {
            /** @description Its id in `deployment.toml`. */
            readonly webhook: string;
            /** @description Whether `deployment.toml` has it: else what it was sent is known still. */
            readonly is_configured: boolean;
            /** @description Scheme, host and port of its URL. */
            readonly receiver?: string;
            /** @description What it is told of. */
            readonly events?: readonly string[];
            /** @description Deliveries that wait for an attempt. */
            readonly waiting: number;
            /** @description Deliveries that were given up. */
            readonly dead: number;
            /** @description Deliveries that arrived, as far as they are known still. */
            readonly delivered: number;
            /** Format: date-time */
            readonly last_delivered_at?: string;
        };
        readonly WebhookDelivery: {
            /** @description What the receiver knows it by, `webhook-id`. */
            readonly delivery_id: string;
            readonly webhook: string;
            /** @description Whether `deployment.toml` has the webhook: else nothing is sent. */
            readonly is_configured: boolean;
            readonly event_id: string;
            readonly event_type: string;
            readonly state: components["schemas"]["DeliveryState"];
            readonly attempts: number;
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description Where it waits.
             */
            readonly next_attempt_at?: string;
            /**
             * Format: date-time
             * @description When it was delivered or given up.
             */
            readonly settled_at?: string;
            /** @description What the last attempt failed by. */
            readonly last_error?: string;
        };
        readonly WebhookDeliveryPage: {
            readonly items: readonly components["schemas"]["WebhookDelivery"][];
            /** @description Given back as `after` to read on; absent on the last page. */
            readonly next?: string;
            /** @description What belongs on this page and cannot be read by this version of the server. */
            readonly unreadable?: readonly components["schemas"]["UnreadableRecord"][];
        };
        readonly WebhookReplay: {
            readonly delivery_ids?: readonly string[];
            /**
             * @description All that were given up and can be sent still.
             * @constant
             */
            readonly all_dead?: true;
            /** @description With all_dead: those to this one. */
            readonly webhook?: string;
        };
        readonly WebhookTest: {
            readonly webhook: string;
            /** @description What the receiver knows the test by. */
            readonly webhook_id: string;
            readonly receiver: string;
            readonly delivered: boolean;
            /** @description What the receiver answered, where it took the test. */
            readonly status?: number;
            /** @description Why it did not. */
            readonly why?: string;
        };
        readonly Webhooks: {
            readonly items: readonly components["schemas"]["Webhook"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Actor = components['schemas']['Actor'];
export type AddedCertificate = components['schemas']['AddedCertificate'];
export type AddedHolders = components['schemas']['AddedHolders'];
export type AlternativeName = components['schemas']['AlternativeName'];
export type ApplicationRole = components['schemas']['ApplicationRole'];
export type ApplicationRoleChanges = components['schemas']['ApplicationRoleChanges'];
export type ApplicationRolePage = components['schemas']['ApplicationRolePage'];
export type Attention = components['schemas']['Attention'];
export type Attribute = components['schemas']['Attribute'];
export type AttributeSpecification = components['schemas']['AttributeSpecification'];
export type Attributes = components['schemas']['Attributes'];
export type BrokenFile = components['schemas']['BrokenFile'];
export type Cause = components['schemas']['Cause'];
export type Certificate = components['schemas']['Certificate'];
export type CertificateCheck = components['schemas']['CertificateCheck'];
export type CertificateEnd = components['schemas']['CertificateEnd'];
export type CertificateExpiry = components['schemas']['CertificateExpiry'];
export type CertificateImport = components['schemas']['CertificateImport'];
export type CertificateToCheck = components['schemas']['CertificateToCheck'];
export type CertificateToExplain = components['schemas']['CertificateToExplain'];
export type CertificatesToPreview = components['schemas']['CertificatesToPreview'];
export type Chain = components['schemas']['Chain'];
export type ChainLink = components['schemas']['ChainLink'];
export type ChainProblem = components['schemas']['ChainProblem'];
export type ChangedLines = components['schemas']['ChangedLines'];
export type ChangedValue = components['schemas']['ChangedValue'];
export type CheckedClient = components['schemas']['CheckedClient'];
export type CheckedClients = components['schemas']['CheckedClients'];
export type ClaimRule = components['schemas']['ClaimRule'];
export type ClaimRules = components['schemas']['ClaimRules'];
export type ClaimSpecification = components['schemas']['ClaimSpecification'];
export type Client = components['schemas']['Client'];
export type ClientChanges = components['schemas']['ClientChanges'];
export type ClientDelta = components['schemas']['ClientDelta'];
export type ClientOperationResult = components['schemas']['ClientOperationResult'];
export type ClientOperationResults = components['schemas']['ClientOperationResults'];
export type ClientOperations = components['schemas']['ClientOperations'];
export type ClientPage = components['schemas']['ClientPage'];
export type ClientRegistration = components['schemas']['ClientRegistration'];
export type ClientUse = components['schemas']['ClientUse'];
export type ClientUseDay = components['schemas']['ClientUseDay'];
export type ClientsToCheck = components['schemas']['ClientsToCheck'];
export type Consent = components['schemas']['Consent'];
export type ConsentPage = components['schemas']['ConsentPage'];
export type Credential = components['schemas']['Credential'];
export type CredentialKind = components['schemas']['CredentialKind'];
export type Credentials = components['schemas']['Credentials'];
export type DeliveryState = components['schemas']['DeliveryState'];
export type DifferingNodes = components['schemas']['DifferingNodes'];
export type Error = components['schemas']['Error'];
export type Event = components['schemas']['Event'];
export type EventCount = components['schemas']['EventCount'];
export type EventCounts = components['schemas']['EventCounts'];
export type EventKind = components['schemas']['EventKind'];
export type EventObject = components['schemas']['EventObject'];
export type EventPage = components['schemas']['EventPage'];
export type ExpiryBucket = components['schemas']['ExpiryBucket'];
export type ExpiryNotice = components['schemas']['ExpiryNotice'];
export type ExplainedStep = components['schemas']['ExplainedStep'];
export type Explanation = components['schemas']['Explanation'];
export type ExtraCertificate = components['schemas']['ExtraCertificate'];
export type Finding = components['schemas']['Finding'];
export type FoundSubject = components['schemas']['FoundSubject'];
export type GivenTrustRole = components['schemas']['GivenTrustRole'];
export type Grant = components['schemas']['Grant'];
export type GrantPage = components['schemas']['GrantPage'];
export type Group = components['schemas']['Group'];
export type GroupChanges = components['schemas']['GroupChanges'];
export type GroupPage = components['schemas']['GroupPage'];
export type HeldPermission = components['schemas']['HeldPermission'];
export type Histogram = components['schemas']['Histogram'];
export type HistogramBar = components['schemas']['HistogramBar'];
export type HolderCounts = components['schemas']['HolderCounts'];
export type HoldingClient = components['schemas']['HoldingClient'];
export type HoldingClientPage = components['schemas']['HoldingClientPage'];
export type HoldingGroup = components['schemas']['HoldingGroup'];
export type HoldingGroupPage = components['schemas']['HoldingGroupPage'];
export type HoldingPerson = components['schemas']['HoldingPerson'];
export type HoldingPersonPage = components['schemas']['HoldingPersonPage'];
export type ImportFinding = components['schemas']['ImportFinding'];
export type ImportItem = components['schemas']['ImportItem'];
export type ImportReport = components['schemas']['ImportReport'];
export type ImportSources = components['schemas']['ImportSources'];
export type ImportedCertificates = components['schemas']['ImportedCertificates'];
export type ImportedFile = components['schemas']['ImportedFile'];
export type InitialAccessToken = components['schemas']['InitialAccessToken'];
export type InitialAccessTokens = components['schemas']['InitialAccessTokens'];
export type IssuedClient = components['schemas']['IssuedClient'];
export type IssuedInitialAccessToken = components['schemas']['IssuedInitialAccessToken'];
export type JwksFailure = components['schemas']['JwksFailure'];
export type JwksPreview = components['schemas']['JwksPreview'];
export type JwksToPreview = components['schemas']['JwksToPreview'];
export type KnownSubject = components['schemas']['KnownSubject'];
export type KnownSubjects = components['schemas']['KnownSubjects'];
export type LimitableRole = components['schemas']['LimitableRole'];
export type LimitedRole = components['schemas']['LimitedRole'];
export type MadeSignInLink = components['schemas']['MadeSignInLink'];
export type Me = components['schemas']['Me'];
export type Memberships = components['schemas']['Memberships'];
export type MissingNode = components['schemas']['MissingNode'];
export type NamedHolders = components['schemas']['NamedHolders'];
export type NamedMembers = components['schemas']['NamedMembers'];
export type NewApplicationRole = components['schemas']['NewApplicationRole'];
export type NewAttribute = components['schemas']['NewAttribute'];
export type NewClaimRule = components['schemas']['NewClaimRule'];
export type NewGroup = components['schemas']['NewGroup'];
export type NewImport = components['schemas']['NewImport'];
export type NewInitialAccessToken = components['schemas']['NewInitialAccessToken'];
export type NewLimitedRole = components['schemas']['NewLimitedRole'];
export type NewPassword = components['schemas']['NewPassword'];
export type NewSignInLink = components['schemas']['NewSignInLink'];
export type NewUser = components['schemas']['NewUser'];
export type NoAuthority = components['schemas']['NoAuthority'];
export type Node = components['schemas']['Node'];
export type NodeDifference = components['schemas']['NodeDifference'];
export type Nodes = components['schemas']['Nodes'];
export type NoticeDelivery = components['schemas']['NoticeDelivery'];
export type Outcome = components['schemas']['Outcome'];
export type Permission = components['schemas']['Permission'];
export type PreviewedCertificate = components['schemas']['PreviewedCertificate'];
export type PreviewedCertificates = components['schemas']['PreviewedCertificates'];
export type PublishedKey = components['schemas']['PublishedKey'];
export type RegistrationWarning = components['schemas']['RegistrationWarning'];
export type RemovedCredentials = components['schemas']['RemovedCredentials'];
export type ReplayedDeliveries = components['schemas']['ReplayedDeliveries'];
export type RequestBar = components['schemas']['RequestBar'];
export type RequestHistogram = components['schemas']['RequestHistogram'];
export type RequiredAction = components['schemas']['RequiredAction'];
export type RestartNeeded = components['schemas']['RestartNeeded'];
export type RevocationFailure = components['schemas']['RevocationFailure'];
export type RevocationState = components['schemas']['RevocationState'];
export type RevocationStates = components['schemas']['RevocationStates'];
export type Role = components['schemas']['Role'];
export type RolesOfGroup = components['schemas']['RolesOfGroup'];
export type Scope = components['schemas']['Scope'];
export type Session = components['schemas']['Session'];
export type SessionPage = components['schemas']['SessionPage'];
export type Setting = components['schemas']['Setting'];
export type SettingForm = components['schemas']['SettingForm'];
export type Settings = components['schemas']['Settings'];
export type SettingsChanges = components['schemas']['SettingsChanges'];
export type SettingsPreview = components['schemas']['SettingsPreview'];
export type SettingsSection = components['schemas']['SettingsSection'];
export type SharedWith = components['schemas']['SharedWith'];
export type SignedOut = components['schemas']['SignedOut'];
export type SigningKey = components['schemas']['SigningKey'];
export type SigningKeys = components['schemas']['SigningKeys'];
export type SkippedKey = components['schemas']['SkippedKey'];
export type ThumbprintTrustRole = components['schemas']['ThumbprintTrustRole'];
export type TrustEntry = components['schemas']['TrustEntry'];
export type TrustRole = components['schemas']['TrustRole'];
export type TrustStore = components['schemas']['TrustStore'];
export type TrustStores = components['schemas']['TrustStores'];
export type UnreachableSource = components['schemas']['UnreachableSource'];
export type UnreadablePart = components['schemas']['UnreadablePart'];
export type UnreadableRecord = components['schemas']['UnreadableRecord'];
export type User = components['schemas']['User'];
export type UserChanges = components['schemas']['UserChanges'];
export type UserPage = components['schemas']['UserPage'];
export type Watched = components['schemas']['Watched'];
export type WatchedCount = components['schemas']['WatchedCount'];
export type WatchedCounts = components['schemas']['WatchedCounts'];
export type WatchedPage = components['schemas']['WatchedPage'];
export type WatchedWindow = components['schemas']['WatchedWindow'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type WebhookDeliveryPage = components['schemas']['WebhookDeliveryPage'];
export type WebhookReplay = components['schemas']['WebhookReplay'];
export type WebhookTest = components['schemas']['WebhookTest'];
export type Webhooks = components['schemas']['Webhooks'];
export type $defs = Record<string, never>;
export interface operations {
    readonly getMe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getClients: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly sort?: "client_name" | "client_id" | "client_id_issued_at" | "certificates_end" | "token_endpoint_auth_method" | "enabled";
                readonly order?: "asc" | "desc";
                readonly from?: string;
                readonly total?: "matching";
                readonly enabled?: "true" | "false";
                readonly token_endpoint_auth_method?: string;
                readonly managed_by?: string;
                readonly expiring_within?: number;
                readonly certificates?: "expired";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClientPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postClients: {
        readonly parameters: {
            readonly query?: {
                readonly group?: string;
            };
            readonly header?: {
                /** @description The same key with the same body is answered again, with its secret, for a day: for a request whose answer was lost. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClientRegistration"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The Idempotency-Key was used for another request. */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Client"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly patchClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClientChanges"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postClientsClientIdChanges: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClientDelta"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postClientsClientIdCertificates: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AddedCertificate"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteClientsClientIdCertificatesThumbprint: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
                readonly thumbprint: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postClientsClientIdSecret: {
        readonly parameters: {
            readonly query?: {
                readonly end_tokens?: "true" | "false";
            };
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteClientsClientIdTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedClient"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postBulkClientsCheck: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClientsToCheck"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CheckedClients"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postBulkClients: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The same key with the same body is answered again, with its secret, for a day: for a request whose answer was lost. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClientOperations"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClientOperationResults"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The Idempotency-Key was used for another request. */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getClientsClientIdUse: {
        readonly parameters: {
            readonly query?: {
                readonly days?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClientUse"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getClaimRules: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClaimRules"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postClaimRules: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewClaimRule"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClaimRule"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getClaimRulesClaimRuleId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly claim_rule_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClaimRule"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putClaimRulesClaimRuleId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly claim_rule_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClaimSpecification"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClaimRule"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteClaimRulesClaimRuleId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly claim_rule_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getAttributes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Attributes"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postAttributes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewAttribute"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Attribute"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getAttributesName: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Attribute"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putAttributesName: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AttributeSpecification"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Attribute"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteAttributesName: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRegistrationTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["InitialAccessTokens"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postRegistrationTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewInitialAccessToken"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IssuedInitialAccessToken"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteRegistrationTokensTokenId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly token_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getCertificatesCounts: {
        readonly parameters: {
            readonly query?: {
                readonly kind?: "server" | "authority" | "client" | "jwks" | "proxy" | "signing_key" | "crl";
                readonly client_id?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WatchedCounts"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getCertificates: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
                readonly kind?: "server" | "authority" | "client" | "jwks" | "proxy" | "signing_key" | "crl";
                readonly expires_within?: string;
                readonly expires_after?: string;
                readonly client_id?: string;
                readonly unused?: "true" | "false";
                readonly shared?: "true" | "false";
                readonly expired?: "true" | "false";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WatchedPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postCertificatesCheck: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CertificateToCheck"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CertificateCheck"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postCertificatesExplain: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CertificateToExplain"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getCertificatesExpiry: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CertificateExpiry"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postJwksPreview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["JwksToPreview"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["JwksPreview"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getTruststore: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TrustStores"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postTruststoreCertificates: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CertificateImport"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ImportedCertificates"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postTruststorePreview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CertificatesToPreview"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PreviewedCertificates"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putTruststoreCertificatesAliasRole: {
        readonly parameters: {
            readonly query?: {
                readonly group?: string;
            };
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly alias: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GivenTrustRole"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TrustEntry"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteTruststoreCertificatesAliasRole: {
        readonly parameters: {
            readonly query?: {
                readonly group?: string;
            };
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly alias: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TrustEntry"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putTruststoreRolesThumbprint: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly thumbprint: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GivenTrustRole"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ThumbprintTrustRole"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteTruststoreRolesThumbprint: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly thumbprint: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ThumbprintTrustRole"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteTruststoreCertificatesAlias: {
        readonly parameters: {
            readonly query?: {
                readonly group?: string;
            };
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly alias: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRevocation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RevocationStates"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getImportSources: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ImportSources"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postImport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewImport"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getAttention: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Attention"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getNodes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Nodes"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteNodesNode: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly node: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getUsers: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly sort?: "username" | "created_at" | "enabled";
                readonly order?: "asc" | "desc";
                readonly from?: string;
                readonly total?: "matching";
                readonly enabled?: "true" | "false";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UserPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postUsers: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewUser"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getUsersUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteUsersUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly patchUsersUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["UserChanges"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putUsersUsernamePassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewPassword"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedOut"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postUsersUsernameUnlock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postUsersUsernameSignInLink: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewSignInLink"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MadeSignInLink"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteUsersUsernameSignInLink: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getSubjectsSub: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly sub: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FoundSubject"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getUsersUsernameSubjects: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["KnownSubjects"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getGroups: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly sort?: "name" | "created_at";
                readonly order?: "asc" | "desc";
                readonly from?: string;
                readonly total?: "matching";
                readonly within?: string;
                readonly name?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GroupPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postGroups: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewGroup"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getGroupsGroupId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteGroupsGroupId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly patchGroupsGroupId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["GroupChanges"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Group"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getGroupsGroupIdPeople: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HoldingPersonPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getGroupsGroupIdClients: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HoldingClientPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getGroupsGroupIdRoles: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RolesOfGroup"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postGroupsGroupIdMembersAdd: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NamedMembers"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AddedHolders"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postGroupsGroupIdMembersRemove: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NamedMembers"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putGroupsGroupIdPeopleUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteGroupsGroupIdPeopleUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putGroupsGroupIdClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteGroupsGroupIdClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly group_id: string;
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRoles: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly sort?: "name" | "created_at";
                readonly order?: "asc" | "desc";
                readonly from?: string;
                readonly total?: "matching";
                readonly name?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApplicationRolePage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postRoles: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewApplicationRole"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 201: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApplicationRole"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRolesRoleId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApplicationRole"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteRolesRoleId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly patchRolesRoleId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ApplicationRoleChanges"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApplicationRole"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRolesRoleIdPeople: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HoldingPersonPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRolesRoleIdClients: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HoldingClientPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRolesRoleIdGroups: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HoldingGroupPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postRolesRoleIdHoldersAdd: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NamedHolders"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AddedHolders"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postRolesRoleIdHoldersRemove: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NamedHolders"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putRolesRoleIdPeopleUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteRolesRoleIdPeopleUsername: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putRolesRoleIdClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteRolesRoleIdClientsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly putRolesRoleIdGroupsGroupId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteRolesRoleIdGroupsGroupId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly role_id: string;
                readonly group_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getUsersUsernameMemberships: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Memberships"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getClientsClientIdMemberships: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Memberships"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getSessions: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly username?: string;
                readonly order?: "desc" | "asc";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteSessionsSessionId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly session_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteUsersUsernameSessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedOut"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getConsents: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly username?: string;
                readonly order?: "desc" | "asc";
                readonly client_id?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConsentPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteUsersUsernameConsentsClientId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
                readonly client_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getGrants: {
        readonly parameters: {
            readonly query?: {
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
                readonly username?: string;
                readonly order?: "desc" | "asc";
                readonly client_id?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GrantPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteGrantsGrantId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly grant_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getUsersUsernameCredentials: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Credentials"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteUsersUsernameCredentials: {
        readonly parameters: {
            readonly query?: {
                readonly kind?: components["schemas"]["CredentialKind"];
                readonly credential_id?: string;
                readonly end_sessions?: "true" | "false";
            };
            readonly header?: never;
            readonly path: {
                readonly username: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RemovedCredentials"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getSigningKeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SigningKeys"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postSigningKeysRotate: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "ES256" | "PS256" | "RS256" | "EdDSA" | "RSA-OAEP-256" | "ECDH-ES";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SigningKeys"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly deleteSigningKeysKid: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly kid: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getEvents: {
        readonly parameters: {
            readonly query?: {
                readonly actor?: string;
                readonly object?: string;
                readonly person?: string;
                readonly certificate?: string;
                readonly address?: string;
                readonly client_id?: string;
                readonly class?: "administrative" | "security" | "traffic";
                readonly kind?: components["schemas"]["EventKind"];
                readonly except?: components["schemas"]["EventKind"];
                readonly outcome?: components["schemas"]["Outcome"];
                readonly because?: components["schemas"]["Cause"];
                readonly type?: string;
                readonly since?: number;
                readonly until?: number;
                readonly search?: string;
                readonly after?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getEventsHistogram: {
        readonly parameters: {
            readonly query: {
                readonly since: number;
                readonly bucket: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Histogram"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getEventsCounts: {
        readonly parameters: {
            readonly query: {
                readonly since: number;
                readonly until?: number;
                readonly type?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventCounts"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getEventsEventId: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly event_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Event"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getRequestsHistogram: {
        readonly parameters: {
            readonly query: {
                readonly since: number;
                readonly bucket: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RequestHistogram"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postWebhooksWebhookTest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly webhook: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookTest"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postWebhookDeliveriesReplay: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["WebhookReplay"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReplayedDeliveries"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getWebhooks: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Webhooks"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getWebhookDeliveries: {
        readonly parameters: {
            readonly query?: {
                readonly after?: string;
                readonly limit?: number;
                readonly state?: components["schemas"]["DeliveryState"];
                readonly webhook?: string;
                readonly event_id?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postWebhookDeliveriesDeliveryIdReplay: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly delivery_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly getSettings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly patchSettings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SettingsChanges"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readonly postSettingsPreview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The ETag of what is to be changed; it is changed only if it is still so. */
                readonly "If-Match"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SettingsChanges"];
            };
        };
        readonly responses: {
            /** @description Done. */
            readonly 200: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SettingsPreview"];
                };
            };
            /** @description The input cannot be taken; `field` names the part at fault. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No administrator was authenticated. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The administrator may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no such resource. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`). */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It was changed since: it is no longer at the revision that If-Match names. */
            readonly 412: {
                headers: {
                    /** @description The revision of what is answered, to be sent back as If-Match. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            /** @description What `field` names is replaced only with If-Match. */
            readonly 428: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
