import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { createReadStream } from 'node:fs';
import { readPath } from '../shared/files/file-path.ts';
import { FileError, readErrorOf } from '../shared/files/file-error.ts';
import { decodeText, NotTextError } from '../shared/files/text-file.ts';

/*
 * An option with a text, such as `--notes <text>`, reads standard input for `-`. Each has a second option, such as
 * `--notes-file <file>`.
 */

export interface StandardInput {
  isTerminal: boolean;
  read: () => AsyncIterable<Uint8Array>;
}

export interface ReadTextsOptions {
  standardInput: StandardInput;
  /** Prints a line to standard error. */
  explain: (line: string) => void;
}

/** A text is much shorter. The API checks its exact length. */
const maximumBytes = 1_024 * 1_024;

/** Makes all options `<text>` of the program read standard input for `-`, and adds an option for a file to each. */
export function readTexts(program: CommandUnknownOpts, options: ReadTextsOptions): void {
  addFileOptions(program);
  program.hook('preAction', (_program, command) => readTextsOf(command, options));
}

function addFileOptions(command: CommandUnknownOpts): void {
  for (const option of command.options.filter(isText))
    command.addOption(
      new Option(
        `${option.long}-file <file>`,
        `read the text of ${option.long} from a file; ${option.long}=- reads standard input`,
      )
        // The text is known only later, but a required option must have one now.
        .implies({ [option.attributeName()]: '' }),
    );
  for (const each of command.commands) addFileOptions(each);
}

async function readTextsOf(
  command: CommandUnknownOpts,
  { standardInput, explain }: ReadTextsOptions,
): Promise<void> {
  const sources = command.options.filter(isText).flatMap((option) => {
    const name = option.attributeName();
    const file: unknown = command.getOptionValue(`${name}File`);
    if (typeof file !== 'string') return command.getOptionValue(name) === '-' ? [{ option, file: '-' }] : [];
    if (command.getOptionValueSource(name) === 'cli')
      command.error(`error: option '${option.long}' cannot be used with option '${option.long}-file'`);
    // The API does not know this option.
    Reflect.deleteProperty(command.opts(), `${name}File`);
    return [{ option, file }];
  });
  const [first, second] = sources.filter(({ file }) => file === '-');
  if (first !== undefined && second !== undefined)
    command.error(
      `error: standard input can be read only once, but '-' is given for ${first.option.long} and ${second.option.long}`,
    );
  if (first !== undefined && standardInput.isTerminal)
    explain(`Type the text of ${first.option.long}. To end it, press Ctrl+D at the start of a line.`);
  for (const { option, file } of sources) {
    const path = readPath(file);
    const text =
      file === '-'
        ? await readText('Standard input', file, standardInput.read)
        : await readText(`The file ${path}`, path, () => createReadStream(path));
    command.setOptionValue(option.attributeName(), text);
  }
}

function isText({ flags }: Option): boolean {
  return flags.endsWith(' <text>');
}

/** Reads a text. `subject` is the subject of the error message. Throws FileError. */
async function readText(
  subject: string,
  path: string,
  read: () => AsyncIterable<Uint8Array>,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of read()) {
      size += part.length;
      // Otherwise, an endless input would fill the memory.
      if (size > maximumBytes) throw new NotTextError('it has more than 1 MB, which is too long for a text');
      parts.push(part);
    }
    // A shell command ends its output with a line feed, which does not belong to the text.
    return decodeText(Buffer.concat(parts)).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof NotTextError)
      throw new FileError(`${subject} cannot be read`, error.message, { cause: error });
    throw readErrorOf(path, error, subject) ?? error;
  }
}
