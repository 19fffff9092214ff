import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, request } from './request.ts';

/** What was read last, shown at once when a place is visited again while it is read anew. */
const cache = new Map<string, string>();
const watching = new Map<string, Set<() => void>>();
const CACHED = 200;

function remember(path: string, value: unknown): void {
  cache.delete(path);
  cache.set(path, JSON.stringify(value));
  const [oldest] = cache.keys();
  if (cache.size > CACHED && oldest !== undefined) cache.delete(oldest);
}

/** Forgets everything read below these paths and makes what is on screen read anew. */
export function invalidate(...prefixes: readonly string[]): void {
  const concerns = (path: string) => prefixes.some((prefix) => path.startsWith(prefix));
  for (const path of cache.keys()) if (concerns(path)) cache.delete(path);
  for (const [path, readers] of watching) if (concerns(path)) for (const read of readers) read();
}

/** Forgets everything: whoever signs in next reads for themselves. */
export function forgetEverything(): void {
  cache.clear();
}

export type Resource<T> = {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  /** True while nothing was read yet. */
  readonly loading: boolean;
  readonly reload: () => void;
};

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, error instanceof Error ? error.message : String(error));

/**
 * Reads from the admin API and goes on following it.
 * @param path undefined reads nothing
 * @param every milliseconds between readings; once when absent. A hidden tab rests.
 */
export function useResource<T>(path: string | undefined, every?: number): Resource<T> {
  const [state, setState] = useState<{ path: string | undefined; data?: T; error?: ApiError }>({ path });
  const latest = useRef(0);

  const read = useCallback(async () => {
    if (path === undefined) return;
    latest.current += 1;
    const turn = latest.current;
    try {
      const data = await request<T>('GET', path);
      remember(path, data);
      if (turn === latest.current) setState({ path, data });
    } catch (error) {
      if (turn === latest.current) setState((before) => ({ ...before, path, error: asApiError(error) }));
    }
  }, [path]);

  useEffect(() => {
    if (path === undefined) return;
    const readers = watching.get(path) ?? new Set();
    const readNow = () => void read();
    readers.add(readNow);
    watching.set(path, readers);
    readNow();
    const timer =
      every === undefined
        ? undefined
        : setInterval(() => {
            if (document.visibilityState === 'visible') readNow();
          }, every);
    return () => {
      readers.delete(readNow);
      if (readers.size === 0) watching.delete(path);
      clearInterval(timer);
      latest.current += 1;
    };
  }, [path, every, read]);

  const seen = useMemo<T | undefined>(() => {
    const text = path === undefined ? undefined : cache.get(path);
    return text === undefined ? undefined : JSON.parse(text);
  }, [path]);
  const current = state.path === path ? state : { path };
  const data = current.data ?? seen;
  return {
    data,
    error: current.error,
    loading: path !== undefined && data === undefined && current.error === undefined,
    reload: () => void read(),
  };
}
