import { readFile, stat } from 'node:fs/promises';
import type { Certificate } from '@countersign/x509';
import { MalformedDer } from '@countersign/x509';
import type { CertIdHash, Crl, RevocationSource } from '@countersign/x509/revocation';
import { CacheUses } from '../cache-use.ts';
import type { Clock } from '../clock.ts';
import { createCrlSources } from './crl-source.ts';
import { createLastKnownStatus } from './last-known-status.ts';
import { type BelievedOcspAnswer, createOcspSource, type OcspNonce } from './ocsp-source.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import { RevocationCache, type RevocationState } from './revocation-cache.ts';

export type { OcspNonce } from './ocsp-source.ts';
export type { RevocationState } from './revocation-cache.ts';

export type RevocationSourcesOptions = {
  readonly fetch: OutboundFetch;
  /** Paths of CRLs, DER or PEM, complete or delta; asked before the network. */
  readonly crlFiles?: readonly string[];
  /** Certificates that may sign CRLs beside those of the path, each checked before it is believed. */
  readonly crlSigners?: () => readonly Certificate[];
  readonly ocsp?: {
    /** A responder asked for every certificate instead of the one that the certificate names. */
    readonly responder?: string;
    /** Default `off`. */
    readonly nonce?: OcspNonce;
    /** Default `sha1`, which every responder knows. */
    readonly certIdHash?: CertIdHash;
  };
  /** The most octets of one CRL. Default 32 MiB. */
  readonly maxCrlBytes?: number;
  /** CRLs held, and their octets together. Default 500 and 128 MiB. */
  readonly crlCache?: { readonly entries: number; readonly bytes: number };
  /** OCSP responses held. Default 50,000. */
  readonly ocspCacheEntries?: number;
  /** The most milliseconds that a request waits for one CRL or response. Default 5,000. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
  /** Where its caches tell how they are used. */
  readonly uses?: CacheUses;
  /** Told of every attempt to renew something. Must not throw. */
  readonly onAttempt?: (state: RevocationState) => void;
};

/** Every source of revocation status of one configuration, and what they hold. */
export type RevocationSources = {
  /** In the order to ask them: CRL files, OCSP, CRLs at distribution points. */
  readonly sources: readonly RevocationSource[];
  /**
   * The same, and after them what they last said, for whoever would let in what nothing is known of.
   * @param staleMs how long past its end a good answer still counts, milliseconds
   */
  lenient(staleMs: number): readonly RevocationSource[];
  /**
   * Changes whenever what is held says something else than before: a decision made from these sources holds
   * until its own `until`, and only while this number is the same.
   */
  readonly generation: number;
  /** What is held from where, for the console. */
  states(): RevocationState[];
  /** Renews at once what is held from a URL or path. Never rejects. */
  refresh(location: string): Promise<void>;
  /** Renews what is due. Called by the timer of `start`. Never rejects. */
  refreshDue(): Promise<void>;
  /** Reads the CRL files and begins to renew in the background. */
  start(): Promise<void>;
  /** Ends the background renewal. */
  close(): void;
};

const MEBIBYTE = 1024 * 1024;
const MAX_OCSP_BYTES = 64 * 1024;
const REFRESH_INTERVAL = 15_000;
const TIMEOUT_MS = 5000;

/** Reads a file unless it is larger than what would be accepted anyway. */
async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxBytes)
    throw new MalformedDer('CertificateList', `${size} octets, at most ${maxBytes} are read`);
  return readFile(path);
}

/**
 * Makes the sources of revocation status: CRLs from files and distribution points, delta CRLs, OCSP responders.
 * Everything fetched goes through `fetch`; plain http is allowed, for CRLs and responses are signed themselves.
 */
export function createRevocationSources(options: RevocationSourcesOptions): RevocationSources {
  const random = options.random ?? Math.random;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const maxCrlBytes = options.maxCrlBytes ?? 32 * MEBIBYTE;
  const { fetch, clock, onAttempt, ocsp = {} } = options;
  const bounds = options.crlCache ?? { entries: 500, bytes: 128 * MEBIBYTE };
  let generation = 0;
  let timer: NodeJS.Timeout | undefined;
  const onChange = () => {
    generation += 1;
  };
  const shared = { clock, random, onChange, onAttempt };
  const uses = options.uses ?? new CacheUses();
  const crlCache: RevocationCache<Crl> = new RevocationCache<Crl>({
    ...shared,
    lookups: uses.of('crls', () => crlCache.size),
    maxEntries: bounds.entries,
    maxBytes: bounds.bytes,
  });
  const ocspCache: RevocationCache<BelievedOcspAnswer> = new RevocationCache<BelievedOcspAnswer>({
    ...shared,
    lookups: uses.of('ocsp_responses', () => ocspCache.size),
    maxEntries: options.ocspCacheEntries ?? 50_000,
    maxBytes: Number.POSITIVE_INFINITY,
  });
  const lastKnown = createLastKnownStatus();
  const onStatus = lastKnown.remember;
  const crls = createCrlSources({
    fetch,
    onStatus,
    readFile: (path) => readBounded(path, maxCrlBytes),
    cache: crlCache,
    files: options.crlFiles ?? [],
    signers: options.crlSigners ?? (() => []),
    clock,
    maxBytes: maxCrlBytes,
    timeoutMs,
  });
  const responders = createOcspSource({
    fetch,
    onStatus,
    cache: ocspCache,
    responderStatus: crls.distributionPoints,
    responder: ocsp.responder,
    nonce: ocsp.nonce ?? 'off',
    certIdHash: ocsp.certIdHash ?? 'sha1',
    clock,
    random,
    maxBytes: MAX_OCSP_BYTES,
    timeoutMs,
  });
  const files = options.crlFiles?.length ? [crls.files] : [];
  const sources = [...files, responders, crls.distributionPoints];

  const refreshDue = async () => {
    await Promise.all([crlCache.refreshDue(), ocspCache.refreshDue()]);
  };

  return {
    sources,
    lenient: (staleMs) => [...sources, lastKnown.source(staleMs)],
    get generation() {
      return generation;
    },
    states: () => [...crlCache.states(), ...ocspCache.states()],
    refresh: async (location) => {
      await Promise.all([crlCache.refresh(location), ocspCache.refresh(location)]);
    },
    refreshDue,
    start: async () => {
      timer ??= setInterval(() => void refreshDue(), REFRESH_INTERVAL).unref();
      await crls.openFiles();
    },
    close: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
