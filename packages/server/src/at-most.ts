/**
 * For an `LRUCache` that may hold as many entries as this and seldom does: it grows with what it holds, where `max` has it
 * take the memory for all of them when it is made.
 */
export const atMost = (entries: number) => ({ maxSize: entries, sizeCalculation: () => 1 });
