/** The command line: one file per command, wired here. */
import { Command, CommanderError } from 'commander';
import { CodedError } from '../core/errors.ts';
import { endWhenUnread, tellError, terminal } from './terminal.ts';
import { version } from './version.ts';

type Make = (done: (exitCode: number) => void) => Command;

/** By name, in the order of the help. Loaded when they are asked for: most need little of the product, some all of it. */
const commands: { readonly [name: string]: () => Promise<Make> } = {
  demo: async () => (await import('./demo.ts')).demoCommand,
  run: async () => (await import('./run.ts')).runCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  sync: async () => (await import('./sync.ts')).syncCommand,
  refresh: async () => (await import('./refresh.ts')).refreshCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  diff: async () => (await import('./diff.ts')).diffCommand,
  entity: async () => (await import('./entity.ts')).entityCommand,
  events: async () => (await import('./events.ts')).eventsCommand,
  rejected: async () => (await import('./rejected.ts')).rejectedCommand,
  index: async () => (await import('./index-command.ts')).indexCommand,
  runs: async () => (await import('./runs.ts')).runsCommand,
  hold: async () => (await import('./hold.ts')).holdCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  incidents: async () => (await import('./incidents.ts')).incidentsCommand,
  incident: async () => (await import('./incident.ts')).incidentCommand,
  approve: async () => (await import('./approve.ts')).approveCommand,
  answer: async () => (await import('./answer.ts')).answerCommand,
  remedy: async () => (await import('./remedy.ts')).remedyCommand,
  brake: async () => (await import('./brake.ts')).brakeCommand,
  'dry-run': async () => (await import('./dry-run.ts')).dryRunCommand,
  fleet: async () => (await import('./fleet.ts')).fleetCommand,
  config: async () => (await import('./config.ts')).configCommand,
  whatif: async () => (await import('./whatif.ts')).whatifCommand,
  journal: async () => (await import('./journal.ts')).journalCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
};

/** The program: runs the command line of this process, and leaves its exit code. */
export async function start(): Promise<void> {
  endWhenUnread();
  process.exitCode = await main(process.argv);
}

/** Runs one command line, and answers the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = new Command('syncwarden')
    .description('Keeps Siemens SiPass and Genetec Security Center in step.')
    .version(version);
  for (const make of await Promise.all(asked(argv).map((load) => load()))) program.addCommand(make(done));
  throwInsteadOfExit(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, program);
    return tellError(error, argv.includes('--json'));
  }
  return exitCode;
}

/** The command that is named; all of them for help, and for whatever is no command. */
function asked([, , name = '']: readonly string[]): readonly (() => Promise<Make>)[] {
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return named === undefined ? Object.values(commands) : [named];
}

/** Commander prints and ends the process by itself; here every error is told in one way. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  for (const inner of command.commands) throwInsteadOfExit(inner);
}

function usage(error: CommanderError, program: Command): number {
  if (error.exitCode === 0) return 0;
  if (error.code === 'commander.help') {
    terminal.say(program.helpInformation());
    return 2;
  }
  const found = error.message.replace(/^error: /, '');
  const todo = 'See syncwarden --help';
  return tellError(
    new CodedError('SW_USAGE', {
      doing: 'reading the command line',
      expected: 'a known command with its options',
      found,
      todo,
    }),
    false,
  );
}
