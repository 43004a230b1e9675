/** A command of `shark` with the exit code that it must have. */
export interface ExpectedCommand {
  args: readonly string[];
  exitCode: number;
}

const one = 'T-E01-F01-001';
const two = 'T-E01-F01-002';

/** Fifty commands, to run one after the other on a new database file in `folder`. */
export function fiftyCommands(folder: string): ExpectedCommand[] {
  return [
    ...exitingWith(2, 'task list', 'epic list'),
    ...exitingWith(0, 'epic create Sign-in', 'feature create Tokens --epic=E01'),
    ...exitingWith(0, create('Issue'), create('Revoke'), create('Rotate'), create('Audit')),
    ...exitingWith(1, 'feature create Keys --epic=E99', `${create('Again')} --key=${one}`),
    ...exitingWith(0, 'epic list', 'task list', 'task list --json', 'workflow list'),
    ...exitingWith(0, `task claim ${one} --agent=ada`),
    ...exitingWith(1, `task claim ${one} --agent=bob`, `task claim ${one} --agent=bob --json`),
    ...exitingWith(0, 'session heartbeat TaskSession:1', 'task sessions --active', `task sessions ${one}`),
    ...exitingWith(1, 'session heartbeat TaskSession:99', `task finish ${one} --session=TaskSession:99`),
    ...exitingWith(0, `task finish ${one} --notes=done`, `task claim ${one} --agent=eve`),
    ...exitingWith(0, `task reject ${one} --reason=untested`, `task history ${one}`),
    ...exitingWith(0, `task claim ${two} --agent=bob`, `task block ${two} --reason=waiting`),
    ...exitingWith(3, `task finish ${two}`),
    ...exitingWith(0, `task unblock ${two}`, 'task next', 'task next --json'),
    ...exitingWith(0, 'task next --claim --agent=dan', 'session abandon TaskSession:4 --reason=gone'),
    ...exitingWith(
      1,
      'session abandon TaskSession:99',
      'task claim T-E09-F09-009',
      'task history T-E09-F09-009',
    ),
    ...exitingWith(
      0,
      'task sessions --active --stale=1h',
      'task sessions --json',
      'analytics phase-duration',
      'analytics agent-performance',
    ),
    ...exitingWith(0, 'analytics bottlenecks', 'analytics aging --json', 'backfill --dry-run', 'backfill'),
    ...exitingWith(0, `backup ${folder}/copy.db`),
    ...exitingWith(2, 'task lst', 'task claim', `backup ${folder}/copy.db`),
    ...exitingWith(0, 'epic list --json'),
  ];
}

function create(title: string): string {
  return `task create ${title} --feature=E01-F01 --status=ready_for_development`;
}

function exitingWith(exitCode: number, ...lines: string[]): ExpectedCommand[] {
  return lines.map((line) => ({ args: line.split(' '), exitCode }));
}
