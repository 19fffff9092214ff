import { setTimeout as delay } from 'node:timers/promises';
import type { TestClient } from '../authorization-server.ts';
import { postAs, type Scene, tokenFor, type Worker } from './worker.ts';

/** Longer than nothing, shorter than a server that ends lets in who comes. */
const SELDOM_MS = 1_500;

/** A service that gets a token by its certificate, again and again, and asks whether it is in force. @param pause after each turn, in milliseconds */
const service =
  (pause: number) =>
  (scene: Scene): Worker => {
    const { sender, server } = scene;
    let client: TestClient | undefined;
    return {
      async turn() {
        client ??= await server.register({ grant_types: ['client_credentials'], redirect_uris: [] });
        const issued = await tokenFor(scene, client, { grant_type: 'client_credentials' });
        if (issued.answer.status !== 200) return sender.refused('a token', issued);
        const token = String(issued.answer.json().access_token);
        const known: TestClient = client;
        const asked = await sender.until(() => postAs(scene, known, 'introspect', { token }));
        if (asked.answer.status !== 200) sender.refused('introspection', asked);
        else if (asked.answer.json().active !== true) sender.lost('a token that was just issued');
        await delay(pause);
        return undefined;
      },
      verify: async () => {},
    };
  };

/** A service that has always something to ask. */
export const busy = service(0);

/** One that asks now and then, and whose connection, where it keeps one, is idle in between. */
export const seldom = service(SELDOM_MS);
