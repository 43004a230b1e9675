import {
  getNamedType,
  type GraphQLNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { schema } from '../../src/graphql/schema.ts';

/**
 * A query for everything that can be read: every field of every type, along every way that meets no type twice.
 * `args` are the arguments of those fields of Query that need some, for example `{ task: '(key: "T-E01-F01-001")' }`.
 */
export function queryForEverything(args: Readonly<Record<string, string>>): string {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => {
    const given = args[field.name];
    if (given === undefined && field.args.some(isRequiredArgument))
      throw new Error(`Query.${field.name} needs arguments: give them`);
    return `${field.name}${given ?? ''} ${selection(getNamedType(field.type), [])}`;
  });
  return `{ ${fields.join('\n')} }`;
}

function selection(type: GraphQLNamedType, path: readonly GraphQLNamedType[]): string {
  if (!isCompositeType(type)) return '';
  if (isUnionType(type) || isInterfaceType(type))
    return `{ __typename ${schema
      .getPossibleTypes(type)
      .map((possible) => `... on ${possible.name} ${selection(possible, path)}`)
      .join('\n')} }`;
  const below = [...path, type];
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  return `{ __typename ${fields
    .filter((field) => !below.includes(getNamedType(field.type)))
    .map((field) => `${field.name} ${selection(getNamedType(field.type), below)}`)
    .join('\n')} }`;
}
