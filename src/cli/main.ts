/** The command line: one file per command, wired here. */
import { Command, CommanderError } from 'commander';
import { CodedError } from '../core/errors.ts';
import { answerCommand } from './answer.ts';
import { approveCommand } from './approve.ts';
import { brakeCommand } from './brake.ts';
import { configCommand } from './config.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { dryRunCommand } from './dry-run.ts';
import { entityCommand } from './entity.ts';
import { eventsCommand } from './events.ts';
import { explainCommand } from './explain.ts';
import { fleetCommand } from './fleet.ts';
import { holdCommand } from './hold.ts';
import { incidentCommand } from './incident.ts';
import { incidentsCommand } from './incidents.ts';
import { indexCommand } from './index-command.ts';
import { journalCommand } from './journal.ts';
import { refreshCommand } from './refresh.ts';
import { rejectedCommand } from './rejected.ts';
import { remedyCommand } from './remedy.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { simulateCommand } from './simulate.ts';
import { statusCommand } from './status.ts';
import { syncCommand } from './sync.ts';
import { tellError, terminal } from './terminal.ts';
import { verifyCommand } from './verify.ts';
import { version } from './version.ts';
import { whatifCommand } from './whatif.ts';

const commands = [
  demoCommand,
  runCommand,
  statusCommand,
  syncCommand,
  refreshCommand,
  verifyCommand,
  diffCommand,
  entityCommand,
  eventsCommand,
  rejectedCommand,
  indexCommand,
  runsCommand,
  holdCommand,
  explainCommand,
  incidentsCommand,
  incidentCommand,
  approveCommand,
  answerCommand,
  remedyCommand,
  brakeCommand,
  dryRunCommand,
  fleetCommand,
  configCommand,
  whatifCommand,
  journalCommand,
  simulateCommand,
];

/** Runs one command line, and answers the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = new Command('syncwarden')
    .description('Keeps Siemens SiPass and Genetec Security Center in step.')
    .version(version);
  for (const make of commands) program.addCommand(make(done));
  throwInsteadOfExit(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, program);
    return tellError(error, argv.includes('--json'));
  }
  return exitCode;
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
