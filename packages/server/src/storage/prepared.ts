import { type Compilable, type CompiledQuery, type RawBuilder, sql } from 'kysely';

/** Where a value goes in a statement that is compiled before there is one. */
export type PlaceOf<Values> = <Name extends keyof Values>(name: Name) => RawBuilder<Values[Name]>;

/**
 * Compiles a statement the first time it is needed, and fills in its values from then on: building and compiling one anew
 * costs more than SQLite needs to run it. The statement itself may not depend on the values.
 * @param build builds it, with `place('name')` where a value goes
 */
export function prepared<Values extends object, Row>(
  build: (place: PlaceOf<Values>) => Compilable<Row>,
): (values: Values) => CompiledQuery<Row> {
  let statement:
    | { readonly compiled: CompiledQuery<Row>; readonly names: readonly (keyof Values | undefined)[] }
    | undefined;
  const compile = () => {
    const places = new Map<unknown, keyof Values>();
    const compiled = build((name) => {
      const mark = {};
      places.set(mark, name);
      return sql`${mark}`;
    }).compile();
    return { compiled, names: compiled.parameters.map((parameter) => places.get(parameter)) };
  };
  return (values) => {
    statement ??= compile();
    const { compiled, names } = statement;
    const parameters = compiled.parameters.map((parameter, position) => {
      const name = names[position];
      return name === undefined ? parameter : values[name];
    });
    return { ...compiled, parameters };
  };
}
