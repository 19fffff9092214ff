import type { Client } from '../src/client/client.ts';
import { parseClientMetadata } from '../src/client/client-registration.ts';
import { type KnownClient, prepare } from '../src/client-authentication/client-directory.ts';

/** A client as the directory knows it, registered with this metadata. */
export const knownClient = (
  metadata: Readonly<Record<string, unknown>> = {},
  more: Partial<Omit<Client, 'metadata'>> = {},
): KnownClient =>
  prepare({
    client_id: 'c1',
    client_id_issued_at: 0,
    metadata: parseClientMetadata({ client_name: 'C', ...metadata }),
    enabled: true,
    revision: 1,
    ...more,
  });
