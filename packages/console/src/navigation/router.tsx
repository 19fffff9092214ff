import { type ComponentProps, type MouseEvent, useEffect, useSyncExternalStore } from 'react';
import { text } from '../words/words.tsx';
import { BASE_PATH } from './base.ts';
import { IN_ITS_PLACE, PATH_NAME } from './path-names.ts';

/** Where the console's own routes begin. */
export const ROOT = `${BASE_PATH}/console`;
const listeners = new Set<() => void>();
/** Asked before leaving a place with unsaved input; false stays. */
let guard: (() => boolean) | undefined;

/** Whether nothing unsaved is lost, or people agree to that: asked before anything takes its place. */
export const mayLeave = (): boolean => guard?.() ?? true;

const tell = () => {
  for (const listener of listeners) listener();
};

/** How the place shown now was come to: by following a link, or by going back to where one was. */
export type Arrival = 'following' | 'going-back';
let arrival: Arrival = 'following';
export const arrivedBy = (): Arrival => arrival;

window.addEventListener('popstate', () => {
  arrival = 'going-back';
  tell();
});

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const currentLocation = () => window.location.pathname + window.location.search;

/** Goes to a place of the console. @param path below `/console`, beginning with a slash */
export function navigate(
  path: string,
  { replace = false, by = 'following' }: { readonly replace?: boolean; readonly by?: Arrival } = {},
): void {
  if (!mayLeave()) return;
  const url = `${ROOT}${path === '/' ? '' : path}`;
  if (url === currentLocation()) return;
  arrival = by;
  if (replace) window.history.replaceState(null, '', url);
  else {
    window.history.pushState(null, '', url);
    window.scrollTo(0, 0);
  }
  tell();
}

/** The place shown now: its decoded path segments, with the names that stand in its query, and the query. */
export function useRoute(): { readonly segments: readonly string[]; readonly query: URLSearchParams } {
  const location = useSyncExternalStore(subscribe, currentLocation);
  const url = new URL(location, window.location.origin);
  const names = url.searchParams.getAll(PATH_NAME);
  const segments = url.pathname
    .slice(ROOT.length)
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => (segment === IN_ITS_PLACE ? (names.shift() ?? segment) : decoded(segment)));
  return { segments, query: url.searchParams };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The place shown now, to come back to. */
export const placeNow = (): string => currentLocation().slice(ROOT.length) || '/';

/** Changes parameters of the query without a new entry in the history; an empty value takes one away. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  window.history.replaceState(null, '', url.pathname + url.search);
  tell();
}

/** Asks before unsaved input is lost. */
export function useLeaveGuard(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const ask = () => window.confirm(text('component.leave'));
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    guard = ask;
    window.addEventListener('beforeunload', onUnload);
    return () => {
      if (guard === ask) guard = undefined;
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [unsaved]);
}

/** Takes the guard away, once what it guards is saved. */
export function leaveFreely(): void {
  guard = undefined;
}

/** A link within the console; with a modifier key the browser does what it always does. */
export function Link({
  to,
  by = 'following',
  onClick,
  ...rest
}: ComponentProps<'a'> & { readonly to: string; readonly by?: Arrival }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(to, { by });
  };
  return <a {...rest} href={`${ROOT}${to === '/' ? '' : to}`} onClick={follow} />;
}
