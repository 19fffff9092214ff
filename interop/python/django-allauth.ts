import assert from 'node:assert/strict';
import { join } from 'node:path';
import { freeAddress } from '../address.ts';
import type { Place, Row } from '../place.ts';
import { run, start } from '../program.ts';
import { PYTHON, pinned, secretOf, whereabouts } from './programs.ts';

const SITE = join(import.meta.dirname, 'allauth');

async function signsIn(place: Place): Promise<void> {
  const { port, origin } = await freeAddress();
  const client = await place.addClient({
    grant_types: ['authorization_code'],
    redirect_uris: [`${origin}/accounts/oidc/countersign/login/callback/`],
  });
  const call = {
    cwd: SITE,
    env: { ...whereabouts(place), ...secretOf(client), DATABASE: join(place.folder, 'site.sqlite') },
    signal: place.signal,
  };
  await run(PYTHON, ['manage.py', 'migrate'], call);
  await using site = await start(PYTHON, ['manage.py', 'runserver', '--noreload', String(port)], {
    ...call,
    ready: origin,
  });
  const { status, body } = await place.signInThrough(`${origin}/accounts/oidc/countersign/login/`);
  assert.equal(status, 200, `${body}\n${site.output()}`);
  assert.equal(JSON.parse(body).userinfo.preferred_username, place.person.username);
}

export const allauthRows = (): readonly Row[] => [
  {
    program: 'django-allauth',
    version: pinned('django-allauth'),
    method: 'client_secret_basic',
    flow: 'code',
    note: 'sends the secret in the body',
    run: signsIn,
  },
];
