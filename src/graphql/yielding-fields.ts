import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Context } from './context.ts';
import type { HeavyOperation } from './heavy-operation.ts';

/**
 * Lets heavy operations yield before and after each field with subfields, and between the items of a list. Counts their
 * long texts.
 */
export function yieldInHeavyOperations(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      const isList = isListType(getNullableType(field.type));
      if (isCompositeType(getNamedType(field.type)))
        field.resolve = (parent, args, context: Context, info): unknown => {
          const { heavy } = context;
          if (heavy === undefined) return resolve(parent, args, context, info);
          const complete = (value: unknown) =>
            isList && Array.isArray(value) ? yieldingList(value, heavy) : value;
          const result: unknown = inTurn(heavy, () => resolve(parent, args, context, info));
          return result instanceof Promise
            ? result.then((value: unknown) => inTurn(heavy, () => complete(value)))
            : complete(result);
        };
      else if (field.extensions.isLongText === true)
        field.resolve = (parent, args, context: Context, info): unknown => {
          const { heavy } = context;
          const result: unknown = resolve(parent, args, context, info);
          if (heavy === undefined) return result;
          return result instanceof Promise
            ? result.then((text: unknown) => counted(text, heavy))
            : counted(result, heavy);
        };
    }
  }
}

function inTurn(heavy: HeavyOperation, work: () => unknown): unknown {
  const turn = heavy.waitIfUsed();
  return turn === undefined ? work() : turn.then(work);
}

function counted(text: unknown, heavy: HeavyOperation): unknown {
  if (typeof text === 'string') heavy.countText(text);
  return text;
}

/** A list yields at most after this number of items. They take a few hundred microseconds. */
const itemsPerCheck = 8;

/**
 * Returns the items of a list. When the operation has to wait for its next turn, the remaining items are promises, which
 * resolve one after the other. GraphQL completes each item when its promise resolves.
 */
function* yieldingList(items: readonly unknown[], heavy: HeavyOperation): Iterable<unknown> {
  heavy.countItems(items.length);
  for (const [index, item] of items.entries()) {
    const turn = index % itemsPerCheck === 0 ? heavy.waitIfUsed() : undefined;
    if (turn !== undefined) {
      yield* laterItems(items.slice(index), turn, heavy);
      return;
    }
    yield item;
  }
}

function laterItems(
  items: readonly unknown[],
  turn: Promise<void>,
  heavy: HeavyOperation,
): Promise<unknown>[] {
  const waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  const promises = items.map(
    (item) =>
      new Promise<unknown>((resolve, reject) => {
        waiting.push({ resolve: () => resolve(item), reject });
      }),
  );
  const resolveAll = async () => {
    await turn;
    for (const { resolve } of waiting) {
      // GraphQL completes an item before the next one is resolved.
      await heavy.waitIfUsed();
      resolve();
    }
  };
  resolveAll().catch((error: unknown) => {
    for (const { reject } of waiting) reject(error);
  });
  return promises;
}
