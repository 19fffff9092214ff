import type { Answer } from '../token-client.ts';

/** The statuses with which nothing but HTTP itself refuses. */
const UNREAD: ReadonlySet<number> = new Set([408, 417, 431]);

/** What the caller of a hostile run saw. */
export class Tally {
  /** Answers by their status. */
  readonly statuses = new Map<number, number>();
  /** Answers that refuse, each of them an event. */
  refusals = 0;
  /** Connections that ended without an answer. */
  closed = 0;
  /** What a client's own TLS or HTTP would not send. */
  unsendable = 0;
  /** Whatever must not be, with what repeats it. */
  readonly problems: string[] = [];

  get sent(): number {
    return this.closed + Array.from(this.statuses.values()).reduce((sum, count) => sum + count, 0);
  }

  answered(answer: Answer, what: string, promisesEvent: boolean): void {
    const { status, headers, text } = answer;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const event_id = headers['countersign-event-id'];
    // What is refused before it is read is counted exactly, and named while the budget of such events lasts.
    if (event_id !== undefined || UNREAD.has(status)) this.refusals++;
    if (status >= 500) this.problems.push(`${what}: ${status} ${text.slice(0, 300)} (event ${event_id})`);
    else if (status >= 400 && promisesEvent && event_id === undefined) {
      this.problems.push(`${what}: ${status} without an event: ${text.slice(0, 300)}`);
    }
  }

  add(other: Tally): void {
    for (const [status, count] of other.statuses) {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
    }
    this.refusals += other.refusals;
    this.closed += other.closed;
    this.unsendable += other.unsendable;
    this.problems.push(...other.problems);
  }

  toString(): string {
    const statuses = Array.from(this.statuses).toSorted(([a], [b]) => a - b);
    return [
      `${this.sent} sent`,
      statuses.map(([status, count]) => `${count} × ${status}`).join(', '),
      `${this.refusals} refusals with an event`,
      `${this.closed} connections ended`,
      `${this.unsendable} that no client would send`,
    ].join('; ');
  }
}
