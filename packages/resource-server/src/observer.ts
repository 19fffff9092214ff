import type { Binding } from './sender-constraint.ts';
import type { TokenRefused } from './token-refused.ts';

/** What was decided about one request; it never holds the token. */
export type Decision = {
  readonly outcome: 'accepted' | 'refused' | 'undecided';
  /** Why, where it was refused. */
  readonly because?: TokenRefused['because'];
  readonly issuer: string;
  readonly token: 'jwt' | 'opaque' | 'none';
  readonly binding?: Binding;
  readonly seconds: number;
};

/** One question to the authorization server. */
export type ServerCall = {
  readonly purpose: 'metadata' | 'keys' | 'introspection';
  readonly url: string;
  /** The HTTP status; absent where there was no answer. */
  readonly status?: number;
  readonly seconds: number;
};

/** What is told of the work, for metrics and traces. What it throws changes no decision. */
export type Observer = {
  readonly decided?: (decision: Decision) => void;
  readonly called?: (call: ServerCall) => void;
  /** Runs a piece of work within a span of the caller's own, and gives back what it gives: `work()` and nothing else. */
  readonly within?: <T>(
    name: 'verify access token' | ServerCall['purpose'],
    work: () => Promise<T>,
  ) => Promise<T>;
};

/** An observer that can be called without care. */
export type Told = {
  decided(decision: Decision): void;
  called(call: ServerCall): void;
  within<T>(name: Parameters<NonNullable<Observer['within']>>[0], work: () => Promise<T>): Promise<T>;
};

export function told({ decided, called, within }: Observer): Told {
  const carefully = (tell: () => void) => {
    try {
      tell();
    } catch {
      // Who watches decides nothing.
    }
  };
  return {
    decided: (decision) => carefully(() => decided?.(decision)),
    called: (call) => carefully(() => called?.(call)),
    within: (name, work) => (within ? within(name, work) : work()),
  };
}
