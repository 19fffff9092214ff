import type { Step, Taken, Variables } from './step.ts';

/** A whole response. */
export type Answer = { readonly status: number; readonly head: string; readonly body: Buffer };

const END_OF_HEAD = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked\r\n/i;
const LOCATION = /\r\nlocation: *(\S+)\r\n/i;
const LINE_END = '\r\n';

type Body = { readonly bytes: Buffer; readonly end: number };

/** The body that begins at `from` of what came, once it is there to its last chunk (RFC 9112 §7.1). */
function unchunked(bytes: Buffer, from: number): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf(LINE_END, at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + LINE_END.length;
    const end = start + size + LINE_END.length;
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    if (bytes.length < end) return undefined;
    if (size === 0) return { bytes: Buffer.concat(chunks), end };
    chunks.push(bytes.subarray(start, start + size));
    at = end;
  }
}

/**
 * Finds the end of HTTP/1.1 responses, one at a time: as little work as makes sure that each is whole and has the
 * status it must have.
 */
export class ResponseReader {
  #pending: Buffer | undefined;

  /**
   * @returns the response that `chunk` ends, or undefined while there is more to come
   * @throws Error when the response does not say where it ends, or goes on after its end
   */
  read(chunk: Buffer): Answer | undefined {
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    this.#pending = bytes;
    const headBytes = bytes.indexOf(END_OF_HEAD);
    if (headBytes < 0) return undefined;
    const head = bytes.toString('latin1', 0, headBytes + 2);
    const start = headBytes + END_OF_HEAD.length;
    const length = CONTENT_LENGTH.exec(head)?.[1];
    const body =
      length === undefined ? this.#unmeasured(bytes, head, start) : wholeBody(bytes, start, length);
    if (body === undefined) return undefined;
    if (bytes.length > body.end) throw new Error('more bytes than one response');
    this.#pending = undefined;
    return { status: Number(head.slice(9, 12)), head, body: body.bytes };
  }

  #unmeasured(bytes: Buffer, head: string, start: number): Body | undefined {
    if (CHUNKED.test(head)) return unchunked(bytes, start);
    if (head.startsWith('HTTP/1.1 204 ')) return { bytes: Buffer.alloc(0), end: start };
    throw new Error(`a response without Content-Length: ${head}`);
  }
}

function wholeBody(bytes: Buffer, start: number, length: string): Body | undefined {
  const end = start + Number(length);
  return bytes.length < end ? undefined : { bytes: bytes.subarray(start, end), end };
}

/** Where a response leads, if anywhere. */
export const locationOf = ({ head }: Answer): string | undefined => LOCATION.exec(head)?.[1];

function valueIn(answer: Answer, { from, name }: Taken, json: () => unknown): string | undefined {
  if (from === 'path') return locationOf(answer)?.replace(/^https:\/\/[^/]+/, '');
  if (from === 'location') {
    const query = locationOf(answer)?.split(/[?#](.*)/s)[1];
    return new URLSearchParams(query).get(name) ?? undefined;
  }
  const value = json();
  const found = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const member: unknown = found.find(([key]) => key === name)?.[1];
  return typeof member === 'string' ? member : undefined;
}

/**
 * What a step takes from its answer.
 * @throws Error when the status is not one of the step's, or something is not there
 */
export function takenFrom(answer: Answer, { status, take }: Step): Variables {
  if (!status.includes(answer.status)) {
    throw new Error(
      `answered ${answer.status}, expected ${status.join(' or ')}: ${answer.head}${answer.body}`,
    );
  }
  const taken: Record<string, string> = {};
  if (take.length === 0) return taken;
  let parsed: unknown;
  const json = () => {
    parsed ??= JSON.parse(answer.body.toString());
    return parsed;
  };
  for (const wanted of take) {
    const value = valueIn(answer, wanted, json);
    if (value !== undefined) taken[wanted.as] = value;
    else if (!wanted.optional) {
      throw new Error(`${wanted.name} is not in the answer: ${answer.head}${answer.body}`);
    }
  }
  return taken;
}
