import { readFile } from 'node:fs/promises';
import { FileError, readErrorOf } from './file-error.ts';

/** Bytes are not text. The message says why, as the end of a sentence. */
export class NotTextError extends Error {
  override readonly name = 'NotTextError';
}

/** Reads a text file that a person may have edited. Throws FileError. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    if (error instanceof NotTextError)
      throw new FileError(`The file ${path} cannot be read`, error.message, {
        suggestion: 'Save the file as UTF-8',
        cause: error,
      });
    throw readErrorOf(path, error) ?? error;
  }
}

/**
 * Decodes UTF-8, or UTF-16 with a byte order mark. Editors for Windows write both. Removes the byte order mark. Throws
 * NotTextError.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAll(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decodeAll(bytes, 'utf-16be');
  return decodeAll(bytes, 'utf-8');
}

function decodeAll(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): string {
  const text = tryToDecode(bytes, encoding);
  if (text !== undefined) return text;
  const line = encoding === 'utf-8' ? ` (line ${lineWithInvalidBytes(bytes)})` : '';
  throw new NotTextError(`it is not valid ${encoding.replace(/[lb]e$/, '').toUpperCase()} text${line}`);
}

function tryToDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns the number of the first line that is not UTF-8. In UTF-8, no part of another character is a line feed. */
function lineWithInvalidBytes(bytes: Uint8Array): number {
  const lineFeed = 0x0a;
  for (let line = 1, start = 0; ; line += 1) {
    const end = bytes.indexOf(lineFeed, start);
    if (end === -1 || tryToDecode(bytes.subarray(start, end), 'utf-8') === undefined) return line;
    start = end + 1;
  }
}
