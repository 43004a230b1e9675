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

/** What is said to a client that asks for too much at once. Nothing of the operation was executed. */
export interface Excess {
  code: string;
  /** What is too much and how much it was, as a sentence without its end. */
  message: string;
  suggestion: string;
  limit: number;
  found: number;
  /** Where an operator would change the limit. */
  setting: string;
}

export function excess({ code, message, suggestion, limit, found, setting }: Excess): GraphQLError {
  return new GraphQLError(
    `${message}; ${limit} are allowed. ${suggestion}. ${setting} is the operator's setting for this`,
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

export function isExcess(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions.setting !== undefined;
}

/** Fragments that use each other twice at every step soon count more than numbers can say. */
export function countable(found: number): string {
  return found > Number.MAX_SAFE_INTEGER ? 'countless' : String(found);
}

/** Fragments and the objects of arguments stand in brackets, too, and are no deeper for it. */
const bracketsPerField = 3;

/** Nobody needs to know exactly how far beyond the limit a text is that has this many times what is allowed. */
const mostCounted = 10;

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Throws for a text that is too long to be parsed, or so deep that parsing it would exhaust the stack. */
export function checkText(text: string | Source, limits: Pick<Limits, 'queryTokens' | 'queryDepth'>): void {
  const lexer = new Lexer(typeof text === 'string' ? new Source(text) : text);
  let tokens = 0;
  let nesting = 0;
  let deepest = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    tokens += 1;
    if (opening.has(kind)) nesting += 1;
    else if (closing.has(kind)) nesting -= 1;
    deepest = Math.max(deepest, nesting);
    if (tokens > mostCounted * limits.queryTokens) throw tooLong('or more words and marks', tokens, limits);
  }
  if (tokens > limits.queryTokens) throw tooLong('words and marks', tokens, limits);
  const mostBrackets = bracketsPerField * limits.queryDepth;
  if (deepest > mostBrackets) throw tooDeep('pairs of brackets', deepest, mostBrackets);
}

/**
 * Throws when an operation of the document is too deep or has too many fields or aliases, its fragments written out.
 * Fragments that no operation uses are held to the same: they are validated, too.
 */
export function checkDocument(
  document: DocumentNode,
  limits: Pick<Limits, 'queryTokens' | 'queryDepth' | 'queryAliases'>,
): void {
  const mostBrackets = bracketsPerField * limits.queryDepth;
  const measure = measureIn(document, mostBrackets);
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    const { fields, brackets, aliases, selections } = measure(definition.selectionSet, 1);
    if (brackets > mostBrackets) throw tooDeep('pairs of brackets', brackets, mostBrackets);
    if (fields > limits.queryDepth) throw tooDeep('fields', fields, limits.queryDepth);
    if (aliases > limits.queryAliases)
      throw excess({
        code: 'TOO_MANY_ALIASES',
        message: `The operation has ${countable(aliases)} aliases, where those of a fragment count each time it is used`,
        suggestion: 'Send several operations, or ask for a list',
        limit: limits.queryAliases,
        found: aliases,
        setting: 'MAX_QUERY_ALIASES',
      });
    if (selections > limits.queryTokens)
      throw tooLong('fields, where those of a fragment count each time it is used', selections, limits);
  }
}

function tooLong(what: string, found: number, { queryTokens }: Pick<Limits, 'queryTokens'>): GraphQLError {
  return excess({
    code: 'QUERY_TOO_LONG',
    message: `The document has ${countable(found)} ${what}`,
    suggestion: 'Pass values as variables, and send several operations',
    limit: queryTokens,
    found,
    setting: 'MAX_QUERY_TOKENS',
  });
}

function tooDeep(what: string, found: number, limit: number): GraphQLError {
  return excess({
    code: 'QUERY_TOO_DEEP',
    message: `The document has ${found} ${what} inside of each other, fragments written out`,
    suggestion: 'Ask for what lies deeper in an operation of its own, by its id or key',
    limit,
    found,
    setting: 'MAX_QUERY_DEPTH',
  });
}

interface Size {
  /** Inside of each other. */
  fields: number;
  /** Inside of each other, where a fragment counts as a pair wherever it is used. */
  brackets: number;
  aliases: number;
  selections: number;
}

const nothing: Size = { fields: 0, brackets: 0, aliases: 0, selections: 0 };

/** Each fragment is measured once, however often it is used. What lies too deep is not looked into. */
function measureIn(
  document: DocumentNode,
  mostBrackets: number,
): (selectionSet: SelectionSetNode, level: number) => Size {
  const fragments = fragmentsOf(document);
  const sizes = new Map<string, Size>();

  const ofFragment = (name: string, level: number): Size => {
    const found = sizes.get(name);
    if (found !== undefined) return found;
    // One that leads to itself counts as nothing inside of itself: it is refused by the validation.
    sizes.set(name, nothing);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? nothing : measure(fragment.selectionSet, level);
    sizes.set(name, size);
    return size;
  };
  const inside = (selection: SelectionNode, level: number): Size => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, level);
    return selection.selectionSet === undefined ? nothing : measure(selection.selectionSet, level);
  };
  const measure = ({ selections }: SelectionSetNode, level: number): Size => {
    const sum: Size = { fields: 0, brackets: 0, aliases: 0, selections: selections.length };
    for (const selection of level > mostBrackets ? [] : selections) {
      const size = inside(selection, level + 1);
      const isField = selection.kind === Kind.FIELD;
      sum.fields = Math.max(sum.fields, size.fields + (isField ? 1 : 0));
      sum.brackets = Math.max(sum.brackets, size.brackets);
      sum.aliases += size.aliases + (isField && selection.alias !== undefined ? 1 : 0);
      sum.selections += size.selections;
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
