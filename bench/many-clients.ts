import { parseArgs } from 'node:util';
import { measureManyClients } from '../packages/server/test/many-clients.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '100' },
    postgres: { type: 'string' },
    file: { type: 'string' },
    made: { type: 'boolean', default: false },
  },
});

await measureManyClients({
  count: Number(values.clients),
  rounds: Number(values.rounds),
  isMade: values.made,
  ...(values.postgres !== undefined && { postgres: values.postgres }),
  ...(values.file !== undefined && { file: values.file }),
});
