// Run by tests as a process of its own: another server, or one that is about to be killed.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ClientMetadata } from '../src/client/client-metadata.ts';
import { migrateStorage, openStorage, type StorageOptions } from '../src/storage/open-storage.ts';

const [, , task, type, place = '', argument = ''] = process.argv;
const options: StorageOptions =
  type === 'postgres' ? { type: 'postgres', url: place } : { type: 'sqlite', file: place };

const say = (line: string) => process.stdout.write(`${line}\n`);
const input = createInterface({ input: process.stdin });

async function whenTold(): Promise<void> {
  say('ready');
  await once(input, 'line');
}

switch (task) {
  case 'migrate': {
    await whenTold();
    const { from } = await migrateStorage(options);
    say(`from ${from}`);
    break;
  }
  case 'redeem': {
    const storage = await openStorage(options);
    await whenTold();
    const redemptions = await Promise.all(
      Array.from({ length: 25 }, () =>
        storage.commit([storage.authorizationCodes.steps.redeem(argument, 1_000)]),
      ),
    );
    for (const { outcome } of redemptions) say(outcome);
    await storage.close();
    break;
  }
  case 'write': {
    const storage = await openStorage(options);
    const metadata = ClientMetadata.parse({
      client_name: 'Written in haste',
      token_endpoint_auth_method: 'none',
      grant_types: [],
    });
    for (let number = 0; ; number++) {
      const client_id = `${argument}-${number}`;
      await storage.clients.insert({
        client_id,
        client_id_issued_at: 1,
        metadata,
        enabled: true,
        revision: 1,
      });
      say(client_id);
    }
  }
}
input.close();
