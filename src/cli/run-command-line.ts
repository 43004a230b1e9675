import { inspect } from 'node:util';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Clock } from '../shared/clock.ts';
import { packageVersion } from '../shared/package-version.ts';
import type { ProgressBar } from '../shared/progress-bar.ts';
import type { Run } from './command.ts';
import { addOperatorCommands } from './commands/operator.ts';
import { connect } from './connection/connect.ts';
import { type Environment, readSettingIfGiven } from '../shared/settings.ts';
import { type ExitCode, exitCodes, failureOf, failureText, defectOf } from './failure.ts';
import { createOutput } from './output/output.ts';
import { isColor } from './output/palette.ts';
import { createProgram, throwUsageErrors, wasHelpWanted } from './program.ts';
import { interruptible, type Stopping } from './stopping.ts';
import { printable } from '../shared/terminal-text.ts';
import { readTexts, type StandardInput } from './text-options.ts';

/** The arguments, environment, output functions and signals of a command line. */
export interface CommandLine {
  /** The command line arguments after the name `shark`. */
  args: readonly string[];
  environment: Environment;
  clock: Clock;
  /** Writes to standard output. */
  print: (text: string) => void;
  /** Writes to standard error. */
  explain: (text: string) => void;
  /** Whether standard output is a terminal. */
  isTerminal: boolean;
  /** Shows a progress bar on standard error. */
  startProgress: (options: { label: string; total: number }) => ProgressBar;
  /** Writes a part of a file to standard output. Waits until the output accepts more. */
  printFile: (bytes: Uint8Array) => Promise<void>;
  standardInput: StandardInput;
  whenStopped: Stopping['whenStopped'];
  exitAfter: Stopping['exitAfter'];
}

/** Runs a command and returns its exit code. The command `serve` returns as soon as the server is ready. */
export async function runCommandLine(commandLine: CommandLine): Promise<ExitCode> {
  const { args, environment, clock, startProgress, standardInput, whenStopped, exitAfter } = commandLine;
  const safeOutput = safeOutputOf(commandLine);
  const { print, explain } = safeOutput;
  const program = createProgram(packageVersion(), runWith({ ...commandLine, ...safeOutput }));
  readTexts(program, { standardInput, explain: (line) => explain(`${line}\n`) });
  addOperatorCommands(program, {
    environment,
    clock,
    print: (line) => print(`${line}\n`),
    explain: (line) => explain(`${line}\n`),
    startProgress,
    whenStopped,
    exitAfter,
  });
  throwUsageErrors(program);
  writeHelpTo(program, { writeOut: print, writeErr: explain });
  // Only `complete` and `help` need the library for shell completion, which takes time to start.
  if (args[0] === 'help' || !program.commands.some((command) => command.name() === args[0])) {
    const { addCompletionCommand } = await import('./completion.ts');
    // Add shell completion last, because its library reads the commands and settings of the program only once.
    addCompletionCommand(program);
  }
  try {
    await program.parseAsync(helpLast(args), { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (wasHelpWanted(error)) return exitCodes.done;
    // Look for --json directly: `commander` stops at the first invalid argument.
    const asJson = args.includes('--json');
    const failure = failureOf(error) ?? (asJson ? defectOf(error) : undefined);
    explain(`${failure === undefined ? inspect(error) : failureText(failure, { asJson })}\n`);
    return failure?.exitCode ?? exitCodes.unable;
  }
}

/** Returns the output functions for text that other people or programs can influence. */
function safeOutputOf({
  print,
  explain,
  printFile,
  isTerminal,
}: CommandLine): Pick<CommandLine, 'print' | 'explain' | 'printFile'> {
  return {
    print: (text) => print(printable(text, isTerminal ? isColor : undefined)),
    explain: (text) => explain(printable(text)),
    printFile: isTerminal ? printableFile(printFile) : printFile,
  };
}

/** A file keeps all its characters, unless a terminal shows it. */
function printableFile(printFile: CommandLine['printFile']): CommandLine['printFile'] {
  const decoder = new TextDecoder();
  return (bytes) => printFile(Buffer.from(printable(decoder.decode(bytes, { stream: true }))));
}

/** Turns `--help task` into `help task`, because otherwise only the words before `--help` would count. */
function helpLast(args: readonly string[]): readonly string[] {
  const [first = '', ...words] = args;
  const isForCommand = ['--help', '-h'].includes(first) && words.length > 0;
  return isForCommand && words.every((word) => !word.startsWith('-')) ? ['help', ...words] : args;
}

/** Returns the function that connects commands to the server or the database file. */
function runWith({
  environment,
  clock,
  print,
  explain,
  isTerminal,
  printFile,
  startProgress,
  whenStopped,
  exitAfter,
}: CommandLine): Run {
  const setting = (name: string) => readSettingIfGiven(environment, name);
  return async ({ json = false, mayMakeDatabase = false }, work) => {
    const output = createOutput({
      asJson: json,
      isColoured: isTerminal && setting('NO_COLOR') === undefined && setting('TERM') !== 'dumb',
      print,
      explain,
      printFile,
      startProgress: (label, total) => startProgress({ label, total }),
    });
    const stopping = { whenStopped, exitAfter, explain: output.notice };
    // To connect can mean to copy and migrate the database.
    const { client, place, close } = await interruptible(stopping, 'The command was not run', () =>
      connect({ environment, clock, mayMakeDatabase, notice: output.notice }),
    );
    try {
      await work({
        client,
        place,
        output,
        defaults: {
          agent: setting('SHARK_AGENT_TYPE') ?? setting('USER'),
          agentType: setting('SHARK_AGENT_TYPE'),
        },
        stopping,
        get signal() {
          const ended = new AbortController();
          whenStopped(() => ended.abort());
          return ended.signal;
        },
        now: clock.now,
      });
    } finally {
      await close();
    }
  };
}

interface Streams {
  writeOut: (text: string) => void;
  writeErr: (text: string) => void;
}

function writeHelpTo(command: CommandUnknownOpts, streams: Streams): void {
  command.configureOutput(streams);
  for (const each of command.commands) writeHelpTo(each, streams);
}
