import type { Dialect, Migration } from './migration.ts';

/**
 * The origins of the redirect URIs that public clients have already, from the text of their metadata: a damaged one has
 * none. Redirect URIs were stored only where they name their host as browsers do.
 */
function originsSoFar(dialect: Dialect): string {
  const isPublic = "enabled = 1 and token_endpoint_auth_method = 'none'";
  if (dialect === 'sqlite') {
    return `with redirect as (
        select client_id, lower(uri.value) as uri
        from client, json_each(case when json_valid(metadata) then metadata else '{}' end, '$.redirect_uris') as uri
        where ${isPublic} and uri.type = 'text'
      ), address as (
        select client_id, substr(uri, 1, instr(uri, '://') + 2) as scheme, substr(uri, instr(uri, '://') + 3) as rest
        from redirect where uri like 'https://_%' or uri like 'http://_%'
      ), authority as (
        select client_id, scheme,
          substr(rest, 1, instr(replace(replace(rest, '?', '/'), '#', '/') || '/', '/') - 1) as host
        from address
      )
      insert into client_origin (origin, client_id)
      select distinct scheme || case
          when scheme = 'https://' and host like '%:443' then substr(host, 1, length(host) - 4)
          when scheme = 'http://' and host like '%:80' then substr(host, 1, length(host) - 3)
          else host end, client_id
        from authority where host <> ''`;
  }
  return `insert into client_origin (origin, client_id)
    select distinct
      regexp_replace(regexp_replace(lower(found[1]), '^(https://.*):443$', '\\1'), '^(http://.*):80$', '\\1'),
      client_id
    from client,
      regexp_matches(
        substring(metadata from '"redirect_uris":\\[((?:"[^"]*",?)*)\\]'), '"(https?://[^/?#"]+)', 'gi'
      ) as found
    where ${isPublic}`;
}

/** The origins whose scripts may speak for clients that are not disabled: the union is asked by browsers, of all at once. */
export const clientOrigins: Migration = {
  version: 17,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `create table client_origin (origin ${text} not null,
        client_id ${text} not null references client (client_id) on delete cascade,
        primary key (origin, client_id))${strict}`,
      'create index client_origin_by_client on client_origin (client_id)',
      originsSoFar(dialect),
    ];
  },
};
