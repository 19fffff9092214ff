/** RFC 2268 §2: the permutation PITABLE. */
const PITABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const ROTATIONS = [1, 2, 3, 5] as const;

/** RFC 2268 §2, with the effective key as long as the key itself. */
function expandKey(key: Uint8Array): Uint16Array {
  const length = key.length;
  const l = new Uint8Array(128);
  l.set(key);
  const at = (index: number): number => l[index] ?? 0;
  const pi = (index: number): number => PITABLE[index & 0xff] ?? 0;
  for (let i = length; i < 128; i++) l[i] = pi(at(i - 1) + at(i - length));
  l[128 - length] = pi(at(128 - length));
  for (let i = 127 - length; i >= 0; i--) l[i] = pi(at(i + 1) ^ at(i + length));
  return Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8));
}

/** RFC 2268 §4: one block of four 16-bit words, in place. */
function decryptBlock(r: Uint16Array, k: Uint16Array): void {
  const word = (i: number): number => r[(i + 4) % 4] ?? 0;
  let j = 63;
  const mix = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 3; i >= 0; i--) {
        const s = ROTATIONS[i] ?? 0;
        const turned = (word(i) >>> s) | (word(i) << (16 - s));
        const [a, b, c] = [word(i - 1), word(i - 2), word(i - 3)];
        r[i] = turned - (k[j] ?? 0) - (a & b) - (~a & c);
        j -= 1;
      }
    }
  };
  const mash = (): void => {
    for (let i = 3; i >= 0; i--) r[i] = word(i) - (k[word(i - 1) & 63] ?? 0);
  };
  mix(5);
  mash();
  mix(6);
  mash();
  mix(5);
}

/**
 * RC2 in CBC mode (RFC 2268), decryption alone: the certificates of PKCS#12 files written before 2020 are
 * enciphered so, and OpenSSL keeps RC2 in a provider Node does not load. The cipher is broken; it hides
 * nothing here, as those certificates are public.
 * @param key 5 or 16 bytes, all of them effective
 * @returns the plaintext with its padding
 */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const k = expandKey(key);
  const plaintext = Buffer.alloc(ciphertext.length);
  const input = Buffer.from(ciphertext.buffer, ciphertext.byteOffset, ciphertext.byteLength);
  let previous: Buffer = Buffer.from(iv);
  const r = new Uint16Array(4);
  for (let at = 0; at < input.length; at += 8) {
    for (let i = 0; i < 4; i++) r[i] = input.readUInt16LE(at + 2 * i);
    decryptBlock(r, k);
    for (let i = 0; i < 4; i++) {
      plaintext.writeUInt16LE((r[i] ?? 0) ^ previous.readUInt16LE(2 * i), at + 2 * i);
    }
    previous = input.subarray(at, at + 8);
  }
  return plaintext;
}
