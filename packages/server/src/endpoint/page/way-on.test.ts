import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageUnavailable, UnreadableRecord } from '../../storage/storage-errors.ts';
import { chooseLanguage } from './language.ts';
import { createWaysOn } from './way-on.ts';

const ISSUER = 'https://login.example';
const account = `${ISSUER}/account`;

test('a page that ends leads to the account also where the application cannot be looked up', async () => {
  for (const error of [
    new StorageUnavailable('the database is down'),
    new UnreadableRecord('metadata of client app', 'it is no JSON'),
  ]) {
    const directory = { find: () => Promise.reject(error) };
    const waysOn = createWaysOn({ issuer: ISSUER, directory, account });
    const ways = await waysOn(chooseLanguage({}), 'app');
    assert.deepEqual(
      ways.map(({ href }) => href),
      [account],
    );
  }
});
