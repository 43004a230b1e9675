import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { Statement, Statements } from './statements.ts';

/** Returns the place of a value in a compiled statement. The value is given when the statement runs. */
export type ValueOf<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>;

/** Runs a compiled statement with these values and returns its rows. */
export type RunCompiled<Values, Row, Variant> = (
  on: Statements,
  values: Values,
  variant: Variant,
) => Promise<Row[]>;

/**
 * Returns a function that runs the statement that `build` returns. The statement is built and compiled only once,
 * because that often takes longer than its execution. A statement with several forms, for example with or without a
 * condition, is compiled once for each `variant`, a JSON value. There should be few of them, because all are kept.
 */
export function compiledStatement<Values extends object, Row, Variant = void>(
  build: (
    statements: Statements,
    value: ValueOf<Values>,
    variant: Variant,
  ) => Compilable<Row> | RawBuilder<Row>,
): RunCompiled<Values, Row, Variant> {
  const compiled = new Map<string, Statement>();
  return async (on, values, variant) => {
    const key = JSON.stringify(variant) ?? '';
    let statement = compiled.get(key);
    if (statement === undefined) {
      const { sql: text, parameters } = build(on, placeholder, variant).compile(on);
      statement = { sql: text, parameters };
      compiled.set(key, statement);
    }
    const parameters = statement.parameters.map((parameter) => valueOf(parameter, values));
    return on.run<Row>({ sql: statement.sql, parameters }).rows;
  };
}

/** A parameter of a compiled statement without its value. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function placeholder<Value>(name: string): RawBuilder<Value> {
  return sql<Value>`${new Placeholder(name)}`;
}

function valueOf(parameter: unknown, values: object): unknown {
  if (!(parameter instanceof Placeholder)) return parameter;
  const value: unknown = Reflect.get(values, parameter.name);
  if (value === undefined) throw new Error(`The statement needs a value for '${parameter.name}'`);
  return value;
}
