import type { KeyObject } from 'node:crypto';

/** What a key can be used for in TLS: by every peer, by some, or by none. */
export type KeyUse =
  | { readonly peers: 'all' }
  /** `but` says which peers cannot use it. */
  | { readonly peers: 'some'; readonly key: string; readonly but: string }
  | { readonly peers: 'none'; readonly key: string; readonly why: string };

/** The curves of TLS 1.3 signatures (RFC 8446 §4.2.3), as OpenSSL and as people call them. */
const TLS_CURVES: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
]);
const OTHER_CURVES: ReadonlyMap<string, string> = new Map([
  ['prime192v1', 'P-192'],
  ['secp224r1', 'P-224'],
]);

/** OpenSSL's, for a key in a handshake at security level 1. */
const LEAST_RSA_BITS = 1024;
const MOST_RSA_BITS = 16_384;
/** Shorter keys are refused by browsers, by Java and by OpenSSL as distributions set it. */
const USUAL_RSA_BITS = 2048;
/** Longer ones by Java and some browsers. */
const USUAL_MOST_RSA_BITS = 8192;

/** A key as a person knows it, such as `RSA with 2048 bits` or `EC on P-256`. */
export function keyName(key: KeyObject): string {
  const { asymmetricKeyType: type = 'of an unknown kind', asymmetricKeyDetails: details } = key;
  const curve = details?.namedCurve;
  switch (type) {
    case 'rsa':
    case 'rsa-pss':
    case 'dsa':
      return `${type.toUpperCase()} with ${details?.modulusLength ?? 'unknown'} bits`;
    case 'ec':
      return curve === undefined
        ? 'EC on a curve without a name'
        : `EC on ${TLS_CURVES.get(curve) ?? OTHER_CURVES.get(curve) ?? curve}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    default:
      return type.toUpperCase();
  }
}

const ALL: KeyUse = { peers: 'all' };
const POST_QUANTUM = /^ml-dsa-/;

/** What no handshake can use on either side, or undefined. */
function unusable(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const hash = details?.hashAlgorithm;
  switch (type) {
    case 'rsa':
      return undefined;
    case 'rsa-pss':
      // The schemes of RFC 8446 §4.2.3 have SHA-256, -384 and -512 alone.
      return hash === undefined || ['sha256', 'sha384', 'sha512'].includes(hash)
        ? undefined
        : `TLS has no RSA-PSS signatures with ${hash}`;
    case 'ec':
      return TLS_CURVES.has(details?.namedCurve ?? '')
        ? undefined
        : 'this server offers the curves P-256, P-384 and P-521 for signatures, as TLS 1.3 does';
    case 'dsa':
    case 'ed25519':
    case 'ed448':
      return undefined;
    default:
      return type !== undefined && POST_QUANTUM.test(type)
        ? undefined
        : 'TLS has no signatures of such a key';
  }
}

/** Whether a client can prove by this key, in a TLS handshake with this server, that a certificate is its own. */
export function clientKeyUse(key: KeyObject): KeyUse {
  const why = unusable(key);
  if (why !== undefined) return { peers: 'none', key: keyName(key), why };
  const { asymmetricKeyType: type = '' } = key;
  if (type === 'dsa') {
    return {
      peers: 'some',
      key: keyName(key),
      but: 'TLS 1.3 has no DSA signatures: clients that speak TLS 1.2 only',
    };
  }
  if (POST_QUANTUM.test(type)) {
    return {
      peers: 'some',
      key: keyName(key),
      but: 'ML-DSA needs TLS 1.3 and a recent library (OpenSSL 3.5): no other client has it',
    };
  }
  return ALL;
}

/** Which clients can verify, in a TLS handshake, a server that has this key. */
export function serverKeyUse(key: KeyObject): KeyUse {
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: details } = key;
  const none = (why: string): KeyUse => ({ peers: 'none', key: keyName(key), why });
  const some = (but: string): KeyUse => ({ peers: 'some', key: keyName(key), but });
  const why = unusable(key);
  if (why !== undefined) return none(why);
  const bits = details?.modulusLength ?? 0;
  switch (type) {
    case 'dsa':
      return none('no cipher suite of this server and no version of TLS from 1.3 on signs by DSA');
    case 'rsa':
    case 'rsa-pss':
      if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
        return none(`RSA keys from ${LEAST_RSA_BITS} to ${MOST_RSA_BITS} bits can be used`);
      }
      if (bits < USUAL_RSA_BITS)
        return some(`browsers, Java, curl and most others refuse less than ${USUAL_RSA_BITS} bits`);
      if (bits > USUAL_MOST_RSA_BITS)
        return some(`Java and some browsers refuse more than ${USUAL_MOST_RSA_BITS} bits`);
      return type === 'rsa'
        ? ALL
        : some('Chrome and other browsers, and Java before 11, do not take RSA-PSS keys');
    case 'ec':
      return details?.namedCurve === 'secp521r1' ? some('Chrome and other browsers do not take P-521') : ALL;
    case 'ed25519':
      return some('browsers, Windows and Java before 15 do not take Ed25519');
    case 'ed448':
      return some('browsers, Windows, Go and Java before 15 do not take Ed448');
    default:
      return some(
        'no peer but those with TLS 1.3 and a recent library, such as OpenSSL 3.5, can use ML-DSA: no browser, Java or older OpenSSL',
      );
  }
}
