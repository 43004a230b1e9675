/** Parses JSON, or says in words where and why it cannot be parsed. */
export function parseJson(text: string): { json: unknown } | { problem: string } {
  // Some editors put a byte order mark in front, which JSON does not allow.
  const source = text.replace(/^\uFEFF/, '');
  try {
    return { json: JSON.parse(source) };
  } catch (error) {
    const message = messageOf(error);
    const before = source.slice(0, faultPosition(source, message)).split('\n');
    const column = (before.at(-1) ?? '').length + 1;
    const reason = message.replace(/( in JSON)? at position .*|, .*is not valid JSON$/s, '');
    return { problem: `it is not valid JSON: ${reason} at line ${before.length}, column ${column}` };
  }
}

/** Where the text stops being JSON. The platform states it for some faults only. */
function faultPosition(source: string, message: string): number {
  const stated = /at position (\d+)/.exec(message)?.[1];
  if (stated !== undefined) return Number(stated);
  if (!isUnexpectedToken(message)) return source.length;
  // A text cut off before the unexpected token merely ends too early; one cut off behind it has the token.
  let endsBefore = 0;
  let endsBehind = source.length;
  while (endsBehind - endsBefore > 1) {
    const end = Math.floor((endsBefore + endsBehind) / 2);
    if (hasUnexpectedToken(source.slice(0, end))) endsBehind = end;
    else endsBefore = end;
  }
  return endsBefore;
}

function hasUnexpectedToken(source: string): boolean {
  try {
    JSON.parse(source);
    return false;
  } catch (error) {
    return isUnexpectedToken(messageOf(error));
  }
}

const isUnexpectedToken = (message: string) => message.startsWith('Unexpected token');

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
