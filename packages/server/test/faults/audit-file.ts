import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthorizationServer } from '../authorization-server.ts';
import { eventually } from '../eventually.ts';

const PAGE = 500;

/** The events of the database that the audit file promises to have. */
async function promised({ opened }: AuthorizationServer): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await opened.storage.events.list({}, { limit: PAGE, ...(after !== undefined && { after }) });
    ids.push(...page.items.filter(({ sampled }) => sampled !== true).map(({ event_id }) => event_id));
    if (page.next === undefined) return ids;
    after = page.next;
  }
}

/** How many events the server said that the file lacks. */
async function counted({ opened }: AuthorizationServer): Promise<number> {
  const { items } = await opened.storage.events.list({ type: 'audit.file_incomplete' }, { limit: PAGE });
  return items.reduce((sum, { detail }) => sum + Number(detail?.missing), 0);
}

/**
 * Holds the audit file against the database and against its own chains.
 * @returns what is wrong: events that neither it has nor the server counted, and what `audit verify` finds
 */
export async function whatAuditLacks(server: AuthorizationServer): Promise<readonly string[]> {
  const { home } = server.opened;
  const file = join(home, 'repository/logs/audit.log');
  const missing = async () => {
    const text = await readFile(file, 'utf8');
    const written = new Set(text.match(/"event_id":"[^"]+"/g));
    const absent = (await promised(server)).filter((id) => !written.has(`"event_id":"${id}"`));
    return absent.length - (await counted(server));
  };
  const lacks = await eventually(missing, (count) => count <= 0).catch(missing);
  const { code, stdout } = await server.command('audit', 'verify');
  return [
    ...(lacks > 0 ? [`${lacks} events are not in the audit file, and not counted`] : []),
    ...(code === 0 ? [] : [`audit verify: ${stdout}`]),
  ];
}
