import { ExpectedError } from './expected-error.ts';
import { hidePassword } from './hidden-password.ts';
import { isPrintable, withEscapes } from './terminal-text.ts';

/** The environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns a setting without the white space around it, for example the `\r` that an environment file with Windows line
 * ends leaves. Returns undefined if the setting is missing. Throws ExpectedError.
 */
export function readSetting(environment: Environment, name: string): string | undefined {
  const problem = problemOfSetting(environment, name);
  if (problem !== undefined) throw new ExpectedError({ code: 'SETTINGS', message: problem, parameters: {} });
  return environment[name]?.trim();
}

/** Like `readSetting`, but a blank setting counts as missing. */
export function readSettingIfGiven(environment: Environment, name: string): string | undefined {
  const value = readSetting(environment, name);
  return value === '' ? undefined : value;
}

/** Returns why a setting cannot be read, or undefined. */
export function problemOfSetting(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim() ?? '';
  if (isPrintable(value)) return undefined;
  const shown = name === 'SHARK_TOKEN' ? '' : ` is ${quoted(value)}: it`;
  return `${name}${shown} contains a control character. Remove the character`;
}

/** Formats the value of a setting for a message: with escaped control characters and without passwords. */
export function quoted(value: string): string {
  const text = hidePassword(value);
  return isPrintable(text) ? `'${text}'` : withEscapes(JSON.stringify(text));
}
