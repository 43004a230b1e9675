import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';
import type { Limits } from './limits.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** Describes an operation that exceeds a limit and is therefore not executed. */
export interface LimitExceeded {
  code: ResponseErrorCode;
  /** What is too large, for example 'The document has 90 nested fields'. Without a period at the end. */
  message: string;
  suggestion: string;
  limit: number;
  found: number;
  /** The name of the server setting that defines the limit. */
  setting: string;
}

export function limitExceeded({
  code,
  message,
  suggestion,
  limit,
  found,
  setting,
}: LimitExceeded): GraphQLError {
  return new GraphQLError(
    `${message}; the limit is ${limit}. ${suggestion}. The operator can change the limit with ${setting}`,
    {
      extensions: {
        code,
        limit,
        found: Math.min(found, Number.MAX_SAFE_INTEGER),
        setting,
        http: { status: 400 },
      },
    },
  );
}

export function isLimitExceeded(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions.setting !== undefined;
}

/** Returns a count as text. With nested fragments, a count can be too large for an exact integer. */
export function formatCount(found: number): string {
  return found > Number.MAX_SAFE_INTEGER ? `more than ${Number.MAX_SAFE_INTEGER}` : String(found);
}

/** For each level of fields, this number of nested brackets is allowed, because fragments and arguments also use brackets. */
const bracketsPerField = 3;

/** If a document has more tokens than the limit times this factor, the server stops counting. */
const countedMultiple = 10;

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Throws if the text of a GraphQL document is too long, or if its nested brackets could exhaust the stack of the
 * parser.
 */
export function checkDocumentText(
  text: string | Source,
  limits: Pick<Limits, 'queryTokens' | 'queryDepth'>,
): void {
  const lexer = new Lexer(typeof text === 'string' ? new Source(text) : text);
  let tokens = 0;
  let nesting = 0;
  let deepest = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    tokens += 1;
    if (opening.has(kind)) nesting += 1;
    else if (closing.has(kind)) nesting -= 1;
    deepest = Math.max(deepest, nesting);
    if (tokens > countedMultiple * limits.queryTokens) throw tooLong('or more tokens', tokens, limits);
  }
  if (tokens > limits.queryTokens) throw tooLong('tokens', tokens, limits);
  const mostBrackets = bracketsPerField * limits.queryDepth;
  if (deepest > mostBrackets) throw tooDeep('pairs of brackets', deepest, mostBrackets);
}

/** Throws if an operation or fragment is too deep, or has too many fields, aliases or repeated fields. Each use of a fragment counts. */
export function checkDocument(
  document: DocumentNode,
  limits: Pick<Limits, 'queryTokens' | 'queryDepth' | 'queryAliases' | 'repeatedFields'>,
): void {
  const mostBrackets = bracketsPerField * limits.queryDepth;
  const measure = measureIn(document, mostBrackets);
  // The validation has to read unused fragments, so they are checked too.
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    const size = measure(definition.selectionSet, 1);
    const { fields, brackets, aliases, selections } = size;
    const repeated = repeatedIn(size);
    if (brackets > mostBrackets) throw tooDeep('pairs of brackets', brackets, mostBrackets);
    if (fields > limits.queryDepth) throw tooDeep('fields', fields, limits.queryDepth);
    if (aliases > limits.queryAliases)
      throw limitExceeded({
        code: 'TOO_MANY_ALIASES',
        message: `The operation has ${formatCount(aliases)} aliases (the aliases of a fragment count each time the fragment is used)`,
        suggestion: 'Split the operation, or request a list',
        limit: limits.queryAliases,
        found: aliases,
        setting: 'MAX_QUERY_ALIASES',
      });
    if (selections > limits.queryTokens)
      throw tooLong(
        'fields (the fields of a fragment count each time the fragment is used)',
        selections,
        limits,
      );
    if (repeated > limits.repeatedFields)
      throw limitExceeded({
        code: 'TOO_MANY_REPEATED_FIELDS',
        message: `The operation has ${formatCount(repeated)} fields that repeat an earlier field of the same object (the fields of a fragment count each time the fragment is used)`,
        suggestion: 'Select each field once',
        limit: limits.repeatedFields,
        found: repeated,
        setting: 'MAX_QUERY_REPEATED_FIELDS',
      });
  }
}

function tooLong(what: string, found: number, { queryTokens }: Pick<Limits, 'queryTokens'>): GraphQLError {
  return limitExceeded({
    code: 'QUERY_TOO_LONG',
    message: `The document has ${formatCount(found)} ${what}`,
    suggestion: 'Pass values as variables, or split the document into several operations',
    limit: queryTokens,
    found,
    setting: 'MAX_QUERY_TOKENS',
  });
}

function tooDeep(what: string, found: number, limit: number): GraphQLError {
  return limitExceeded({
    code: 'QUERY_TOO_DEEP',
    message: `The document has ${found} nested ${what}, fragments included`,
    suggestion: 'Request the deepest objects in another operation, by their ID or key',
    limit,
    found,
    setting: 'MAX_QUERY_DEPTH',
  });
}

interface Size {
  /** The largest number of fields nested inside each other. */
  fields: number;
  /** The largest number of bracket pairs nested inside each other. A fragment counts as one pair. */
  brackets: number;
  aliases: number;
  selections: number;
  /** How often each name occurs in the answer's object, if equal fields were not merged. */
  names: ReadonlyMap<string, number>;
  /** The number of repeated fields inside the fields of the object. */
  repeatedInside: number;
}

const emptySize: Size = {
  fields: 0,
  brackets: 0,
  aliases: 0,
  selections: 0,
  names: new Map(),
  repeatedInside: 0,
};

/** Returns the number of fields that repeat an earlier field of the same object. */
function repeatedIn({ names, repeatedInside }: Pick<Size, 'names' | 'repeatedInside'>): number {
  let repeated = repeatedInside;
  for (const count of names.values()) repeated += count - 1;
  return repeated;
}

/** Returns a function that measures a selection set. It measures each fragment once and stops at the maximum depth. */
function measureIn(
  document: DocumentNode,
  mostBrackets: number,
): (selectionSet: SelectionSetNode, level: number) => Size {
  const fragments = fragmentsOf(document);
  const sizes = new Map<string, Size>();

  const ofFragment = (name: string, level: number): Size => {
    const found = sizes.get(name);
    if (found !== undefined) return found;
    // If a fragment uses itself, the inner use counts as empty, because the validation rejects the document later.
    sizes.set(name, emptySize);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? emptySize : measure(fragment.selectionSet, level);
    sizes.set(name, size);
    return size;
  };
  const inside = (selection: SelectionNode, level: number): Size => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, level);
    return selection.selectionSet === undefined ? emptySize : measure(selection.selectionSet, level);
  };
  const measure = ({ selections }: SelectionSetNode, level: number): Size => {
    const names = new Map<string, number>();
    const addName = (name: string, count: number) => names.set(name, (names.get(name) ?? 0) + count);
    const sum: Size = { ...emptySize, selections: selections.length, names };
    for (const selection of level > mostBrackets ? [] : selections) {
      const size = inside(selection, level + 1);
      const isField = selection.kind === Kind.FIELD;
      sum.fields = Math.max(sum.fields, size.fields + (isField ? 1 : 0));
      sum.brackets = Math.max(sum.brackets, size.brackets);
      sum.aliases += size.aliases + (isField && selection.alias !== undefined ? 1 : 0);
      sum.selections += size.selections;
      if (isField) {
        addName(selection.alias?.value ?? selection.name.value, 1);
        sum.repeatedInside += repeatedIn(size);
      } else {
        for (const [name, count] of size.names) addName(name, count);
        sum.repeatedInside += size.repeatedInside;
      }
    }
    sum.brackets += 1;
    return sum;
  };
  return measure;
}

export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}
