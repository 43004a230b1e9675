import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

/** Parses JSON. If the text is not JSON, returns a sentence that says where and why. */
export function parseJson(source: string): { json: unknown } | { problem: string } {
  try {
    // jsonc-parser cannot read a key `__proto__`, so it is used only to explain errors of `JSON.parse`.
    return { json: JSON.parse(source) };
  } catch {
    return { problem: `it is not valid JSON: ${firstError(source)}` };
  }
}

function firstError(source: string): string {
  const errors: ParseError[] = [];
  parse(source, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return 'the reason is unknown';
  const code = printParseErrorCode(first.error);
  if (code !== 'InvalidSymbol') return `${reasons[code] ?? code} at ${lineAndColumn(source, first.offset)}`;
  const offset = first.offset + literalPrefixLength(source.slice(first.offset));
  const character = source.codePointAt(offset);
  const reason =
    character === undefined ? 'Unexpected end' : `Unexpected token '${String.fromCodePoint(character)}'`;
  return `${reason} at ${lineAndColumn(source, offset)}`;
}

/** The reasons for parse errors in plain words. The keys are the names that `printParseErrorCode` returns. */
const reasons: Readonly<Record<string, string>> = {
  UnexpectedEndOfNumber: 'Incomplete number',
  PropertyNameExpected: 'Expected a property name in double quotes',
  ValueExpected: 'Expected a value',
  ColonExpected: "Expected ':' after the property name",
  CommaExpected: "Expected ',' before the next entry",
  CloseBraceExpected: "Expected ',' or '}'",
  CloseBracketExpected: "Expected ',' or ']'",
  EndOfFileExpected: 'Unexpected text after the JSON value',
  InvalidCommentToken: 'Comments are not allowed',
  UnexpectedEndOfString: 'String without a closing quote',
  InvalidUnicode: 'Invalid \\u escape in the string',
  InvalidEscapeCharacter: 'Invalid escape in the string',
  InvalidCharacter: 'Unescaped control character in the string',
};

/** Returns how many characters at the start of the text match `true`, `false` or `null`. */
function literalPrefixLength(text: string): number {
  const literal = ['true', 'false', 'null'].find((each) => each[0] === text[0]) ?? '';
  let length = 0;
  while (length < literal.length && literal[length] === text[length]) length += 1;
  return length;
}

function lineAndColumn(source: string, offset: number): string {
  const lines = source.slice(0, offset).split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  return `line ${lines.length}, column ${column}`;
}
