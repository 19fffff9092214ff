import assert from 'node:assert/strict';
import test from 'node:test';
import { accessTokenLifetime, lifetimeOf, lifetimeProblem } from './client-lifetimes.ts';
import { ClientMetadata } from './client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';
import { CLIENT_LIFETIMES, LONGEST_LIFETIMES } from './longest-lifetimes.ts';

const rules = {
  access_token_lifetime: 3600,
  max_access_token_lifetime: 7200,
  id_token_lifetime: 600,
  max_id_token_lifetime: 600,
};

test('the list of lifetimes has every one that has a longest', () => {
  assert.deepEqual([...CLIENT_LIFETIMES].sort(), Object.keys(LONGEST_LIFETIMES).sort());
  for (const field of CLIENT_LIFETIMES) {
    const { [field]: schema } = ClientMetadata.shape;
    assert.equal(schema.safeParse(LONGEST_LIFETIMES[field]).success, true, field);
    for (const wrong of [LONGEST_LIFETIMES[field] + 1, 0, 1.5, '60']) {
      assert.equal(schema.safeParse(wrong).success, false, `${field} ${wrong}`);
    }
  }
});

test('a lifetime is the client’s own, cut to the maximum of now, or that of the deployment', () => {
  assert.equal(lifetimeOf('access_token_lifetime', {}, rules), 3600);
  assert.equal(lifetimeOf('access_token_lifetime', { access_token_lifetime: 60 }, rules), 60);
  assert.equal(lifetimeOf('access_token_lifetime', { access_token_lifetime: 9000 }, rules), 7200);
  assert.equal(lifetimeOf('id_token_lifetime', { access_token_lifetime: 60 }, rules), 600);
});

test('what a token is for shortens the lifetime of the client, and replaces that of the deployment', () => {
  const own = { access_token_lifetime: 1200 };
  assert.equal(accessTokenLifetime({}, rules, 86_400), 86_400);
  assert.equal(accessTokenLifetime(own, rules, 86_400), 1200);
  assert.equal(accessTokenLifetime(own, rules, 300), 300);
});

test('a profile has the last word on access tokens', () => {
  const profile = 'open-finance-brasil';
  assert.equal(accessTokenLifetime({ profile }, rules), 900);
  assert.equal(accessTokenLifetime({ profile, access_token_lifetime: 60 }, rules), 300);
  assert.equal(accessTokenLifetime({ profile, access_token_lifetime: 600 }, rules, 400), 400);
});

test('only what is written is held against the maxima, and named', () => {
  const maxima = { max_access_token_lifetime: 7200 };
  assert.equal(lifetimeProblem({ access_token_lifetime: 7200, id_token_lifetime: 9000 }, maxima), undefined);
  assert.equal(lifetimeProblem({ client_name: 'c' }, maxima), undefined);
  assert.deepEqual(lifetimeProblem({ access_token_lifetime: 7201 }, maxima), {
    field: 'access_token_lifetime',
    message: '7201 is more than 7200 seconds ([oauth] max_access_token_lifetime)',
  });
});

test('a lifetime that a profile forbids is refused at registration, with the clause', () => {
  const metadata = (access_token_lifetime: number) => ({
    client_name: 'c',
    profile: 'open-finance-brasil',
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    jwks_uri: 'https://c.example/jwks',
    access_token_lifetime,
  });
  for (const wrong of [299, 901]) {
    assert.throws(
      () => parseClientMetadata(metadata(wrong)),
      (error) =>
        error instanceof InvalidClientMetadata &&
        error.field === 'access_token_lifetime' &&
        error.message.includes(`${wrong} is not 300 to 900 seconds (Open Finance Brasil`),
    );
  }
  assert.equal(parseClientMetadata(metadata(600)).access_token_lifetime, 600);
});

test('tokens that a client has for itself have a lifetime of their own where it says so', () => {
  const own = { access_token_lifetime: 900, client_credentials_token_lifetime: 600 };
  assert.equal(accessTokenLifetime(own, rules, undefined, 'the client'), 600);
  assert.equal(accessTokenLifetime(own, rules), 900);
  assert.equal(accessTokenLifetime({ access_token_lifetime: 900 }, rules, undefined, 'the client'), 900);
  assert.equal(accessTokenLifetime({ client_credentials_token_lifetime: 600 }, rules), 3600);
  assert.equal(accessTokenLifetime(own, rules, 300, 'the client'), 300);
  assert.deepEqual(
    lifetimeProblem({ client_credentials_token_lifetime: 7201 }, { max_access_token_lifetime: 7200 }),
    {
      field: 'client_credentials_token_lifetime',
      message: '7201 is more than 7200 seconds ([oauth] max_access_token_lifetime)',
    },
  );
});
