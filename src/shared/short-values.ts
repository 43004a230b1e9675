/*
 * Error messages repeat the values that a client sent. The functions in this module shorten these values, so that a
 * client cannot make the server send and log long texts.
 */

/** The length of the longest value in a message, in UTF-16 code units. Longer values are shortened. */
export const longestValue = 100;

/** The length of the longest message. Messages of this project are much shorter. */
const longestMessage = 2_000;

/** Shortens a text. The last character of a shortened text is an ellipsis. */
export function shortValue(text: string, longest = longestValue): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/\p{Cs}$/u, '')}…`;
}

/**
 * Shortens the long values in a message: quoted texts, lists, objects and words. Several values share the length of one,
 * because a message can repeat a value. Takes time in proportion to the length of the message.
 */
export function withShortValues(message: string): string {
  if (message.length <= longestValue) return message;
  const parts = firstParts(message);
  const values = parts.filter((part) => isLong(part) || (part.length > 30 && part.charAt(0) in closings));
  const longest = Math.max(Math.floor(longestValue / values.length), 20);
  const short = parts.map((part) => (isLong(part) ? shortPart(part, longest) : part)).join('');
  return shortValue(short, longestMessage);
}

function isLong(part: string): boolean {
  return part.length > longestValue;
}

/** Returns as many parts of a message as `longestMessage` needs. */
function firstParts(message: string): string[] {
  const parts: string[] = [];
  let length = 0;
  for (const part of partsOf(message)) {
    parts.push(part);
    length += Math.min(part.length, longestValue);
    if (length > longestMessage) break;
  }
  return parts;
}

/** Splits a message into parts: quoted texts, lists, objects, words and white space. */
function* partsOf(message: string): Generator<string> {
  let start = 0;
  for (const { from, to } of unescapedValues(message)) {
    yield* wordsOf(message.slice(start, from));
    yield message.slice(from, to);
    start = to;
  }
  yield* wordsOf(message.slice(start));
}

function* wordsOf(text: string): Generator<string> {
  const findEnd = createEndFinder(text);
  for (let start = 0; start < text.length; ) {
    const end = findEnd(start);
    yield text.slice(start, end);
    start = end;
  }
}

interface Range {
  from: number;
  to: number;
}

/** The texts around values that GraphQL.js and Yoga put into their messages as they are. */
const surroundings: readonly (readonly [before: string, after: string])[] = [
  ['Value "', '" does not exist in "'],
  ['Field "', '" is not defined by type "'],
  ['Unknown operation named "', '".'],
  ['Unexpected parameter "', '" in the request body'],
];

/**
 * Finds the values that GraphQL.js and Yoga put into their messages as they are. Such a value can contain quotation
 * marks, so only the text around it shows where it ends.
 */
function unescapedValues(message: string): Range[] {
  if (message.startsWith('Syntax Error: ')) return [between(message, '"', '"')].filter(isRange);
  const reason =
    surroundings.map(([before, after]) => between(message, before, after)).find(isRange) ??
    afterColon(message, ' cannot represent ');
  const value = between(message.slice(0, reason?.from), ' got invalid value ', '; ');
  return [value, reason].filter(isRange);
}

/** Returns the range between the first `before` and the last `after`. */
function between(message: string, before: string, after: string): Range | undefined {
  const found = message.indexOf(before);
  const range = { from: found + before.length, to: message.lastIndexOf(after) };
  return found >= 0 && range.from <= range.to ? range : undefined;
}

/** Returns the range after the first colon after `start`. */
function afterColon(message: string, start: string): Range | undefined {
  const found = message.indexOf(start);
  const colon = found < 0 ? -1 : message.indexOf(': ', found);
  return colon < 0 ? undefined : { from: colon + 2, to: message.length };
}

function isRange(range: Range | undefined): range is Range {
  return range !== undefined;
}

const closings: Readonly<Record<string, string>> = { '"': '"', "'": "'", '{': '}', '[': ']' };

/** Shortens a part, and keeps its quotation mark or bracket at the end. */
function shortPart(part: string, longest: number): string {
  const closing = closings[part.charAt(0)];
  return closing !== undefined && part.endsWith(closing)
    ? shortValue(part.slice(0, -1), longest - 1) + closing
    : shortValue(part, longest);
}

/**
 * Returns a function that finds the end of the quoted text, list, object, word or white space character that starts at an
 * index.
 */
function createEndFinder(message: string): (start: number) => number {
  /** The quotation marks and brackets that are not closed in the rest of the message. */
  const unclosed = new Set<string>();
  const isWordCharacter = (index: number) => /\w/.test(message.charAt(index));

  /** Returns the opening of a quoted text or of brackets at an index, or undefined. */
  const openingAt = (index: number): string | undefined => {
    const opening = message.startsWith('"""', index) ? '"""' : message.charAt(index);
    // An apostrophe inside a word, as in `agent's`, quotes nothing.
    const isOpening =
      opening === "'" ? !isWordCharacter(index - 1) : opening === '"""' || opening in closings;
    return isOpening && !unclosed.has(opening) ? opening : undefined;
  };

  const endOfQuoted = (start: number, quote: string): number | undefined => {
    for (let index = start + quote.length; index < message.length; index += 1)
      if (message.charAt(index) === '\\' && quote !== "'") index += 1;
      else if (message.startsWith(quote, index) && !(quote === "'" && isWordCharacter(index + 1)))
        return index + quote.length;
    unclosed.add(quote);
    return undefined;
  };

  const endOfBrackets = (start: number): number | undefined => {
    let depth = 0;
    for (let index = start; index < message.length; ) {
      const character = message.charAt(index);
      if (character === '{' || character === '[') depth += 1;
      if (character === '}' || character === ']') depth -= 1;
      if (depth === 0) return index + 1;
      const quote = character === '"' ? openingAt(index) : undefined;
      index = (quote === undefined ? undefined : endOfQuoted(index, quote)) ?? index + 1;
    }
    unclosed.add('{').add('[');
    return undefined;
  };

  const endOfWord = (start: number): number => {
    let end = start + 1;
    while (end < message.length && !/\s/.test(message.charAt(end)) && openingAt(end) === undefined) end += 1;
    return end;
  };

  return (start) => {
    const opening = openingAt(start);
    if (opening === undefined) return /\s/.test(message.charAt(start)) ? start + 1 : endOfWord(start);
    const end = '{['.includes(opening) ? endOfBrackets(start) : endOfQuoted(start, opening);
    return end ?? start + 1;
  };
}
