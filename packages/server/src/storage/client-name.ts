import { z } from 'zod';

const Named = z.object({ client_name: z.string() });

/** For listings that name a client and decide nothing: one that cannot be read is called by its `client_id`. */
export function clientNameIn({ client_id, metadata }: { client_id: string; metadata: string }): string {
  try {
    const named = Named.safeParse(JSON.parse(metadata));
    return named.success ? named.data.client_name : client_id;
  } catch (error) {
    if (error instanceof SyntaxError) return client_id;
    throw error;
  }
}
