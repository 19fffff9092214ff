import { setTimeout as pause } from 'node:timers/promises';
// snippet: service
import { createClient } from '@countersign/client';

const { ISSUER, CLIENT_ID, CERTIFICATE, KEY, TRUST, API } = process.env;

const client = await createClient({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  certificateFile: CERTIFICATE,
  keyFile: KEY,
  trustedCertificatesFile: TRUST, // left out where an authority is trusted that Node.js knows
  onEvent: (event) => console.log(event.type, event.error?.message ?? ''),
});

const call = () => client.fetch(API);
// end of snippet

let status = 200;
while (status === 200) {
  ({ status } = await call());
  await pause(200);
}
if (status !== 410) throw new Error(`the API answered ${status}`);
