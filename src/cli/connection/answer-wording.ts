import { isWording, rendered } from '../../shared/wording.ts';
import { commandTerms } from '../terms.ts';

/** Asks a server for error messages in parts: the `extensions` of each request. */
export const wordingExtension = { wording: true } as const;

/**
 * Renders the error messages of a response with the names of commands and options. Messages that are not in parts, or
 * have an unknown term, are not changed: an older or a newer server sent them.
 */
export function inCommandTerms(response: unknown): unknown {
  if (!isRecord(response)) return response;
  const { errors, extensions } = response;
  return {
    ...response,
    ...(Array.isArray(errors) ? { errors: errors.map(withoutParts) } : {}),
    data: recordedTexts(extensions).reduce(
      (data: unknown, { path, text }) => replaced(data, path, text),
      response.data,
    ),
  };
}

/** Renders the message of an error in `errors`. The parts are not one of its details. */
function withoutParts(error: unknown): unknown {
  if (!isRecord(error) || !isRecord(error.extensions)) return error;
  const { wording, ...extensions } = error.extensions;
  return isWording(wording)
    ? { ...error, message: rendered(wording, commandTerms), extensions }
    : { ...error, extensions };
}

function recordedTexts(extensions: unknown): { path: readonly unknown[]; text: string }[] {
  if (!isRecord(extensions) || !Array.isArray(extensions.wording)) return [];
  return extensions.wording.flatMap((entry: unknown) =>
    isRecord(entry) && Array.isArray(entry.path) && isWording(entry.parts)
      ? [{ path: entry.path, text: rendered(entry.parts, commandTerms) }]
      : [],
  );
}

/** A copy of the data with another text at a path. Data without a text there stays as it is. */
function replaced(data: unknown, [key, ...rest]: readonly unknown[], text: string): unknown {
  if (key === undefined) return typeof data === 'string' ? text : data;
  if (Array.isArray(data))
    return data.map((item: unknown, index) => (index === key ? replaced(item, rest, text) : item));
  if (!isRecord(data) || typeof key !== 'string' || !(key in data)) return data;
  return { ...data, [key]: replaced(data[key], rest, text) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
