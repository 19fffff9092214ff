/** The text of a claim; empty where it is absent or something else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
