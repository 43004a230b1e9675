import * as z from 'zod';
import { durationExamples, parseDuration } from '../shared/duration.ts';
import { readPath } from '../shared/files/file-path.ts';
import { quoted } from '../shared/settings.ts';

/* The kinds of values that settings have. Each message says what is wrong with the value, and what to write. */

/** `on` or `off`. */
export const switchSetting = z
  .enum(['on', 'off'], { error: ({ input }) => `is ${quotedInput(input)}: write on or off` })
  .transform((value) => value === 'on');

/** Creates a setting that `read` converts. If `read` throws, its message says what to write. */
export function settingReadBy<Value>(read: (text: string) => Value, remedy = messageOf) {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `is ${quoted(text)}: ${remedy(error)}` });
      return z.NEVER;
    }
  });
}

/** A duration, in milliseconds. */
export const durationSetting = settingReadBy(
  parseDuration,
  () => `write a duration like ${durationExamples}`,
);

/** Creates a setting for a whole number from `smallest` to `largest`. */
export function countSetting(largest = Number.MAX_SAFE_INTEGER, smallest = 1) {
  const error = ({ input }: { input?: unknown }) =>
    `is ${quotedInput(input)}: write a whole number from ${smallest}${largest < Number.MAX_SAFE_INTEGER ? ` to ${largest}` : ''}`;
  return z
    .string()
    .regex(/^\d+$/, { error, abort: true })
    .transform(Number)
    .pipe(z.int({ error }).min(smallest, { error }).max(largest, { error }));
}

/** Creates a setting for the path of a file. */
export function pathSetting(what = 'file') {
  return z
    .string()
    .min(1, { error: `is empty: set the path of a ${what}, or remove the setting`, abort: true })
    .transform((text, context) => {
      try {
        return readPath(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `cannot be used: ${messageOf(error)}` });
        return z.NEVER;
      }
    });
}

/** A name that is not empty. */
export const nameSetting = z.string().min(1, { error: 'is empty: set a name, or remove the setting' });

/** A list of web origins. */
export const originsSetting = z.string().transform((text, context) => {
  const origins = text.split(',').map((origin) => origin.trim());
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      context.addIssue({
        code: 'custom',
        message: `contains ${quoted(origin)}: write origins like https://board.example.com, separated by commas`,
      });
  return origins;
});

/** Returns an invalid value as a message shows it. */
export function quotedInput(input: unknown): string {
  return quoted(String(input));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
