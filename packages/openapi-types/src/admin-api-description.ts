import { createTestHome } from '../../server/test/countersign-process.ts';
import { call } from '../../server/test/token-client.ts';

/**
 * The OpenAPI document of the admin API, as JSON, asked of a server started for it in a home folder of its own.
 * @throws Error when the server does not start or does not answer
 */
export async function adminApiDescription(): Promise<string> {
  const home = await createTestHome({ console: { enable: false } });
  try {
    const server = await home.start();
    try {
      const { status, text } = await call(`${home.issuer}/api/admin/v1/openapi.json`);
      if (status !== 200) throw new Error(`${status}: ${text}`);
      return text;
    } finally {
      await server.stop();
    }
  } finally {
    await home.remove();
  }
}
