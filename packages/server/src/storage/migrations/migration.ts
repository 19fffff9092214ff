export type Dialect = 'sqlite' | 'postgres';

/** One step of the schema. Steps are never edited after a release; a later one corrects them. */
export type Migration = {
  readonly version: number;
  /** The statements that lead from the version before to this one, in order. */
  statements(dialect: Dialect): readonly string[];
};
