import type { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of a piece of work beside its name and duration; never a secret, a token, a code or a person. */
export type Attributes = { readonly [name: string]: string | number | boolean | undefined };

/** Adds to what is known of the work under way. */
export type Note = (attributes: Attributes) => void;

/** What a piece of work belongs to, by the names of W3C Trace Context. */
export type TraceIds = {
  /** 32 lowercase hex digits. */
  readonly trace_id: string;
  /** 16 lowercase hex digits. */
  readonly span_id: string;
};

/** Work that is traced: what is begun within it is told as a part of it. */
export type ActiveSpan = {
  readonly ids: TraceIds;
  /** As the header of that name (W3C Trace Context §3.2), for whoever is asked to go on with the trace. */
  readonly traceparent: string;
  readonly note: Note;
  /** As {@link span}. */
  within<T>(name: string, work: (note?: Note) => T, kind?: SpanKind): T;
};

/** `client`: another machine does the work, and this process waits for it. */
export type SpanKind = 'internal' | 'client';

/**
 * What a call belongs to, across everything it waits for. It is made once something is to be traced; until then all that is
 * asked here is whether it is there.
 */
let carried: AsyncLocalStorage<ActiveSpan> | undefined;

/** Has spans be carried from here on. @returns how to run something within one */
export async function carrySpans(): Promise<AsyncLocalStorage<ActiveSpan>> {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  carried ??= new AsyncLocalStorage<ActiveSpan>();
  return carried;
}

/** The traced work that this runs in; undefined where nothing is traced. */
export const activeSpan = (): ActiveSpan | undefined => carried?.getStore();

/** The trace that this runs in; undefined where nothing is traced. */
export const currentTrace = (): TraceIds | undefined => carried?.getStore()?.ids;

/**
 * Does a piece of work as a part of the traced work it is begun in, with its duration and how it ended; where nothing is
 * traced it is done and nothing else.
 * @param name of a small number of names, each in docs/telemetry.md
 * @param work what it returns is returned, what it throws is thrown; given `note` where it is traced
 */
export function span<T>(name: string, work: (note?: Note) => T, kind?: SpanKind): T {
  const around = carried?.getStore();
  return around === undefined ? work() : around.within(name, work, kind);
}
