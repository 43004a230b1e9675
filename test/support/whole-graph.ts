import {
  getNamedType,
  type GraphQLNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { schema } from '../../src/graphql/schema.ts';

/**
 * Queries for everything in the schema, one for each field of Query: every field of every type, on every path
 * that contains no type twice. `args` has the arguments of fields that need them, for example
 * `{ task: '(key: "T-E01-F01-001")' }`.
 */
export function queriesForEverything(args: Readonly<Record<string, string>>): string[] {
  return Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => {
    const given = args[field.name];
    if (given === undefined && field.args.some(isRequiredArgument))
      throw new Error(`Query.${field.name} needs arguments: give them`);
    return `{ ${field.name}${given ?? ''} ${selection(getNamedType(field.type), [])} }`;
  });
}

/** The same for a database with only this task, in the first feature of the first epic, and its session. */
export function queriesAround(taskKey: string): string[] {
  return queriesForEverything({
    task: `(key: "${taskKey}")`,
    epic: '(key: "E01")',
    feature: '(key: "E01-F01")',
    session: '(id: "TaskSession:1")',
    node: '(id: "Task:1")',
    phaseDurationTrend: '(bucket: DAY)',
    compare: '(filter: { since: "2026-01-01" })',
  });
}

function selection(type: GraphQLNamedType, path: readonly GraphQLNamedType[], prefix = ''): string {
  if (!isCompositeType(type)) return '';
  if (!isObjectType(type))
    return `{ __typename ${schema
      .getPossibleTypes(type)
      // Fields with the same name can have different types.
      .map((possible) => `... on ${possible.name} ${selection(possible, path, `${possible.name}_`)}`)
      .join(' ')} }`;
  const below = [...path, type];
  return `{ __typename ${Object.values(type.getFields())
    .filter((field) => !below.includes(getNamedType(field.type)))
    .map((field) => `${prefix}${field.name}: ${field.name} ${selection(getNamedType(field.type), below)}`)
    .join(' ')} }`;
}
