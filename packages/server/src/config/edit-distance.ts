/** Edits that turn one name into the other: insertions, deletions, substitutions, and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

/**
 * Those whose name is at most so many edits from the one that was written, the nearest first; of equals the earlier.
 * @param most left out, all of them
 */
export function nearestFirst<T>(
  written: string,
  candidates: readonly T[],
  nameOf: (candidate: T) => string,
  most = Number.POSITIVE_INFINITY,
): readonly T[] {
  return candidates
    .map((candidate) => ({ candidate, far: editDistance(nameOf(candidate), written) }))
    .filter(({ far }) => far <= most)
    .sort((one, other) => one.far - other.far)
    .map(({ candidate }) => candidate);
}
