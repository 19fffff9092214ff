const END_OF_HEAD = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;

/**
 * Finds the end of HTTP/1.1 responses that have a Content-Length, one at a time: as little work as makes sure
 * that each is whole and a 200.
 */
export class ResponseReader {
  #pending: Buffer | undefined;

  /**
   * @returns true when `chunk` ends a response
   * @throws Error when the response is not a 200, has no Content-Length, or goes on after its end
   */
  read(chunk: Buffer): boolean {
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    this.#pending = bytes;
    const headBytes = bytes.indexOf(END_OF_HEAD);
    if (headBytes < 0) return false;
    const head = bytes.toString('latin1', 0, headBytes + 2);
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (length === undefined) throw new Error(`a response without Content-Length: ${head}`);
    const expected = headBytes + END_OF_HEAD.length + Number(length);
    if (bytes.length < expected) return false;
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`not a 200: ${bytes.toString()}`);
    if (bytes.length > expected) throw new Error('more bytes than one response');
    this.#pending = undefined;
    return true;
  }
}
