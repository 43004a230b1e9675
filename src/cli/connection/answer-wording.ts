import { isWording, rendered } from '../../shared/wording.ts';
import { commandTerms } from '../terms.ts';

/** The `extensions` of every request. They ask the server to mark API names in error messages. */
export const wordingExtension = { wording: true } as const;

/** Puts command and option names into the error messages of a response. Messages of older servers stay unchanged. */
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

/** Rewrites the message of one error in `errors`, and removes `extensions.wording` from this error. */
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

/** Returns a copy of `data` with `text` at the given path. Replaces only strings. */
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
