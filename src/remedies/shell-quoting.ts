/**
 * Quotes an argument list for the shell on the far side of SSH.
 *
 * SSH carries no argument list: the remote server hands one string to the login shell of the user, always. So here, and
 * only here, a string for a shell is made out of arguments, each quoted so that the shell gives back exactly what it was.
 */
import { invariant } from '../core/errors.ts';

export type RemoteShell = 'posix' | 'windows';

/** What no POSIX shell gives a meaning to, wherever it stands. */
const plainWord = /^[A-Za-z0-9_./:@,+-]+$/;

/**
 * What neither cmd.exe nor PowerShell gives a meaning to between double quotes. Either may be the shell of OpenSSH for
 * Windows. There is no quoting that both read alike for quotes, `%`, `!`, `$`, `^` and backquotes: those are refused. A
 * backslash before the closing quote would escape it.
 */
const windowsWord = /^[A-Za-z0-9 _.:=/\\@,+(){}[\]#~-]*(?<!\\)$/;
/** A quoted program would be a mere text to PowerShell: it has to do without quotes. */
const windowsProgram = /^[A-Za-z0-9_.:\\/-]+$/;
/** A line break or a NUL has no business in an argument, and shells of the C family break at the former. */
const hasControlCharacters = (text: string) => [...text].some((character) => character < ' ' || character === '\x7f');

/** Whether each argument reaches the program as it is. */
export function canQuote(argv: readonly string[], shell: RemoteShell): boolean {
  if (argv.some(hasControlCharacters)) return false;
  if (shell === 'posix') return true;
  return windowsProgram.test(argv[0] ?? '') && argv.slice(1).every((argument) => windowsWord.test(argument));
}

/** One line for the remote shell; only for what {@link canQuote}. */
export function quote(argv: readonly string[], shell: RemoteShell): string {
  invariant(canQuote(argv, shell), 'what cannot be quoted has been refused when the configuration was read');
  const [program = '', ...args] = argv;
  return shell === 'posix'
    ? argv.map(quotePosix).join(' ')
    : [program, ...args.map((argument) => `"${argument}"`)].join(' ');
}

/** Between single quotes nothing has a meaning but the single quote, which is put in from outside of them. */
function quotePosix(argument: string): string {
  return plainWord.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
