import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { argon2idOfNothing, readPasswordHash, UnusablePasswordHash } from './password-hash.ts';
import { hashPassword, isOwnHash, isPasswordHash, NO_PASSWORD, passwordMatches } from './user/password.ts';

/** NFKC makes other characters of four of these. */
const TYPED = 'Maré½ﬁm-Ｗide';
const SALT = 'c2l4dGVlbiBieXRlIHNhbHQ';

/** Made of `TYPED` with the salt `sixteen byte salt` by Python's hashlib and argon2-cffi. */
const OF_OTHERS = [
  `$argon2id$v=19$m=7168,t=5,p=1,as=typed$${SALT}$ijcYyh1WolZ6YeQ5iXD1FE1jIgedxsWHWF631UtOAqA`,
  `$argon2i$v=19$m=7168,t=5,p=1,as=typed$${SALT}$cv5Hotlxwr6etNkOJXk5lEP5u1+h39algbK1msRB21w`,
  `$argon2d$v=19$m=7168,t=5,p=1,as=typed$${SALT}$9i+w0y/AFWNuiQfVD3IlDfpkp04eKfkAqlwE1hD6jBM`,
  `$pbkdf2-sha1$i=1000$${SALT}$RwMyIKpuKoNuRbh+cAYbmWZulbg`,
  `$pbkdf2-sha1$i=1000$${SALT}$RwMyIKpuKoNuRbh+cAYbmWZulbg++JGv+1QUkgsNuhKWj97Hv6jQZ7XyRT0o0cjqExrIgoJYl+ppwk3DCPVCjQ`,
  `$pbkdf2-sha256$i=1000$${SALT}$A+bWQlu2Wk/+mFJE+sXyuPMyAPYRb2Mi2+Kqz3Sq6Ps`,
  `$pbkdf2-sha512$i=1000$${SALT}$iYq73L0qpKiS5TGfmTHJDwfgnJFYEg9temtug8gc8duCAzQcHWRI5vVf67EX63Ar7+UvoWI2yywemuDFguPTOw`,
  `$salted-digest$a=md5$${SALT}$Plf14fZLe8whir7bsLR8rA`,
  `$salted-digest$a=sha1$${SALT}$kCu9Fn1xiVvN+VHfu+feh0EZG4o`,
  `$salted-digest$a=sha256$${SALT}$BAnHKiJMssQR/9eog6fEmaFALy/xqgAGDIVz1dW4WZI`,
  `$salted-digest$a=sha384$${SALT}$Tt64WwvyA3tlqjeYE6nKNPBeMk/0WBuR+3T5Ie2R4WKgtVKKZ+siqFP1d3mHyhir`,
  `$salted-digest$a=sha512$${SALT}$oW0+OL2vcfrZiWZlp5Phe/FALNLw931MWg6Z62hDnQkdGsrBqj4FdlwfE6sj7cjPt3tUrNz9hm9BMn0oKm1Ggg`,
  '$salted-digest$a=sha256$$Dqb8rcR6+a+g67xt8+qf6j9LhV0EFPy47Qdbl1AvaCM',
];

describe('password hashes', () => {
  for (const hash of OF_OTHERS) {
    const [, form, parameters] = hash.split('$');
    test(`of others: ${form} ${parameters} is checked over the text as typed`, async () => {
      assert.equal(await passwordMatches(TYPED, hash), true);
      assert.equal(await passwordMatches(TYPED.normalize('NFKC'), hash), false);
      assert.equal(await passwordMatches(`${TYPED} `, hash), false);
      assert.equal(isOwnHash(hash), false);
    });
  }

  test('of argon2id without the further parameter are over the NFKC form', async () => {
    const known = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    assert.equal(await passwordMatches('password', known), true);
    assert.equal(await passwordMatches('ｐａｓｓｗｏｒｄ', known), true);
    assert.equal(isOwnHash(known), false, 'of another cost');
    const own = await hashPassword(TYPED);
    assert.equal(isOwnHash(own), true);
    assert.equal(await passwordMatches(TYPED.normalize('NFKC'), own), true);
  });

  const TAG = 'A+bWQlu2Wk/+mFJE+sXyuPMyAPYRb2Mi2+Kqz3Sq6Ps';
  const unusable: readonly (readonly [hash: string, why: RegExp])[] = [
    [NO_PASSWORD, /does not begin with \$/],
    ['', /does not begin with \$/],
    ['$', /its identifier is none of argon2id/],
    [`$scrypt$ln=14,r=8,p=1$${SALT}$${TAG}`, /\$scrypt\$ is none of argon2id, .*salted-digest/],
    [`$pbkdf2-sha256$i=2147483648$${SALT}$${TAG}`, /i is 2147483648; at most 10000000/],
    [`$pbkdf2-sha256$i=99999999999$${SALT}$${TAG}`, /i is no whole number above 0/],
    [`$pbkdf2-sha256$i=0$${SALT}$${TAG}`, /i is no whole number above 0/],
    [`$pbkdf2-sha256$i=1e3$${SALT}$${TAG}`, /i is no whole number above 0/],
    [`$pbkdf2-sha256$i=1000,l=32$${SALT}$${TAG}`, /a parameter other than i/],
    [
      `$pbkdf2-sha1$i=9000000$${SALT}$${'A'.repeat(64)}`,
      /9000000 iterations for 48 bytes is more work than is done here/,
    ],
    [`$pbkdf2-md5$i=1000$${SALT}$${TAG}`, /\$pbkdf2-md5\$ is none of/],
    [`$pbkdf2-sha256$i=1000$${SALT}`, /lacks its salt or its hash/],
    [`$pbkdf2-sha256$i=1000$${SALT}$${TAG}$`, /more than parameters, salt and hash/],
    [`$pbkdf2-sha256$i=1000$${SALT}$${TAG}=`, /its hash is not base64 without padding/],
    [`$pbkdf2-sha256$i=1000$a_b-$${TAG}`, /its salt is not base64 without padding/],
    [`$pbkdf2-sha256$i=1000$${SALT}$AAAA`, /its hash has 3 bytes; expected 16 to 512/],
    [`$pbkdf2-sha256$i=1000$${'A'.repeat(4000)}$${TAG}`, /salt is longer than 1024 bytes/],
    [`$argon2id$v=16$m=7168,t=5,p=1$${SALT}$${TAG}`, /another version of argon2 than v=19/],
    [`$argon2id$m=7168,t=5,p=1$${SALT}$${TAG}`, /another version of argon2 than v=19/],
    [`$argon2id$v=19$m=9999999,t=1,p=1$${SALT}$${TAG}`, /m is 9999999; at most 262144/],
    [`$argon2id$v=19$m=262144,t=5,p=1$${SALT}$${TAG}`, /262144 KiB in 5 passes is more work/],
    [`$argon2id$v=19$m=7168,t=5,p=17$${SALT}$${TAG}`, /p is 17; at most 16/],
    [`$argon2id$v=19$m=8,t=5,p=2$${SALT}$${TAG}`, /less than 8 KiB a lane/],
    [`$argon2id$v=19$m=7168,t=5,p=1,as=nfkc$${SALT}$${TAG}`, /parameter as is not typed/],
    [`$argon2id$v=19$m=7168,t=5,p=1$c2FsdA$${TAG}`, /salt is shorter than 8 bytes/],
    [`$salted-digest$a=sha256$${SALT}$${'A'.repeat(22)}`, /has 16 bytes; sha256 gives 32/],
    [`$salted-digest$a=crc32$${SALT}$${TAG}`, /a is none of md5, sha1/],
  ];
  for (const [hash, why] of unusable) {
    test(`that cannot be used are refused: ${why.source}`, async () => {
      assert.throws(
        () => readPasswordHash(hash),
        (error) => error instanceof UnusablePasswordHash && why.test(error.message),
      );
      assert.equal(isPasswordHash(hash), false);
      assert.equal(await passwordMatches(TYPED, hash), false);
    });
  }

  test('that cannot be used are not shown', () => {
    const secret = 'A+bWQlu2Wk/+mFJE+sXyuPMyAPYRb2Mi2+Kqz3Sq6P_';
    for (const hash of [secret, `$${secret}`, `$pbkdf2-sha256$i=1000$${SALT}$${secret}`]) {
      assert.throws(
        () => readPasswordHash(hash),
        ({ message }: Error) => !message.includes(secret.slice(0, 8)),
      );
    }
  });

  test('lead to no empty password, whatever they are of', async () => {
    const ofNothing = '$salted-digest$a=sha256$$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';
    assert.equal(isPasswordHash(ofNothing), true);
    assert.equal(await passwordMatches('', ofNothing), false);
  });
});

test('what nobody is checked against costs what a hash of ours does, and is another each time', async () => {
  const phc = argon2idOfNothing();
  const { form, ...costs } = readPasswordHash(phc);
  const { salt, tag, ...ours } = readPasswordHash(await hashPassword('tulip-barge-62'));
  assert.deepEqual({ form, ...costs }, { ...ours, salt: costs.salt, tag: costs.tag });
  assert.deepEqual([costs.salt.length, costs.tag.length], [salt.length, tag.length]);
  assert.equal(isOwnHash(phc) && isPasswordHash(phc), true);
  assert.notEqual(argon2idOfNothing(), phc);
  assert.equal(await passwordMatches('no account has this password', phc), false);
});
