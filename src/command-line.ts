import { parseArgs } from 'node:util';
import type { TokenRequest } from './auth/token-command.ts';
import { type Role, roles } from './auth/viewer.ts';
import { durationExamples, parseDuration } from './duration.ts';

/** What the program is started for. */
export type Command =
  | { name: 'serve' }
  | { name: 'backfill'; dryRun: boolean }
  /** `file` is where to. */
  | { name: 'backup'; file: string }
  | { name: 'token'; request: TokenRequest };

/** Arguments that say nothing the program can do; the message says which one, and what would be right. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

interface Option {
  name: string;
  rawName: string;
  value: string | undefined;
}

interface CommandReader {
  usage: string;
  read: (options: readonly Option[], operands: readonly string[]) => Command;
}

const commands: Readonly<Record<string, CommandReader>> = {
  backfill: { usage: 'backfill, or backfill --dry-run', read: readBackfill },
  backup: {
    usage: 'backup and the file to keep the database in, for example backup ./shark-backup.db',
    read: readBackup,
  },
  token: {
    usage:
      'token --name ci --role agent, with --agent-id for each agent that it speaks for, and --expires-in 90d',
    read: readToken,
  },
};

/** Reads the arguments behind the name of the program. Throws CommandLineError. */
export function readCommandLine(args: readonly string[]): Command {
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      'dry-run': { type: 'boolean' },
      name: { type: 'string' },
      role: { type: 'string' },
      'agent-id': { type: 'string', multiple: true },
      'expires-in': { type: 'string' },
    },
    strict: false,
    tokens: true,
  });
  const [name, ...more] = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const options = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));

  if (name === undefined) {
    if (options[0] !== undefined)
      throw new CommandLineError(
        `The server takes no option, and '${options[0].rawName}' was given: its settings come from the environment`,
      );
    return { name: 'serve' };
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new CommandLineError(
      `There is no command '${name}': write ${Object.keys(commands).join(', ')}, or no command to start the server`,
    );
  return command.read(options, more);
}

function readBackfill(options: readonly Option[], operands: readonly string[]): Command {
  takeNone(operands, 'backfill');
  for (const { name, rawName, value } of options)
    if (name !== 'dry-run' || value !== undefined) {
      const given = value === undefined ? rawName : `${rawName}=${value}`;
      throw new CommandLineError(`backfill has no option '${given}': write --dry-run, or nothing`);
    }
  return { name: 'backfill', dryRun: options.length > 0 };
}

function readToken(options: readonly Option[], operands: readonly string[]): Command {
  takeNone(operands, 'token');
  const valuesOf = (wanted: string) =>
    options
      .filter(({ name }) => name === wanted)
      .map(({ rawName, value }) => {
        if (value !== undefined && value.trim() !== '') return value.trim();
        throw new CommandLineError(`${rawName} has no value: write ${commands.token?.usage}`);
      });
  const onceOf = (wanted: string) => {
    const values = valuesOf(wanted);
    if (values.length > 1) throw new CommandLineError(`--${wanted} is given twice: write it once`);
    return values[0];
  };

  for (const { name, rawName } of options)
    if (!['name', 'role', 'agent-id', 'expires-in'].includes(name))
      throw new CommandLineError(`token has no option '${rawName}': write ${commands.token?.usage}`);
  const name = onceOf('name');
  if (name === undefined)
    throw new CommandLineError(`token needs a name, to tell it from others: write ${commands.token?.usage}`);
  const role = onceOf('role') ?? 'nothing';
  if (!isRole(role)) throw new CommandLineError(`--role is ${role}: write one of ${roles.join(', ')}`);
  const agentIds = valuesOf('agent-id');
  if (agentIds.length > 0 && role !== 'agent')
    throw new CommandLineError(`--agent-id goes with --role agent only, and the role is ${role}`);
  const expiresIn = onceOf('expires-in');
  return {
    name: 'token',
    request: {
      name,
      role,
      agentIds: agentIds.length > 0 ? agentIds : undefined,
      expiresInMs: expiresIn === undefined ? undefined : durationOf(expiresIn),
    },
  };
}

function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new CommandLineError(`--expires-in is '${text}': write a duration like ${durationExamples}`);
  }
}

/** Throws CommandLineError. */
function takeNone([operand]: readonly string[], name: string): void {
  if (operand !== undefined)
    throw new CommandLineError(`${name} takes no '${operand}': write ${commands[name]?.usage}`);
}

function readBackup([option]: readonly Option[], [file, ...more]: readonly string[]): Command {
  if (option !== undefined)
    throw new CommandLineError(
      `backup has no option '${option.rawName}': write backup and the file to keep the database in`,
    );
  if (file === undefined || file === '')
    throw new CommandLineError(
      'backup needs a file to keep the database in: write for example backup ./shark-backup.db',
    );
  if (more[0] !== undefined)
    throw new CommandLineError(`backup takes one file, and '${more[0]}' was given as well`);
  return { name: 'backup', file };
}
