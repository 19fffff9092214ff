/** Numbers by key that several processes add to, each with a map of its own that it reads at once. */
export type OthersNumbers = {
  /** Tells the others what was added here; they hear of it a moment later. */
  add(key: string, by: number): void;
  /** Has a listener told what the others added, and what is taken off again when one of them ends. */
  onAdded(listener: (key: string, by: number) => void): void;
};

/** Of a process that stands alone. */
export const NO_OTHERS: OthersNumbers = { add: () => {}, onAdded: () => {} };
