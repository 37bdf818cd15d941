/** Runs a program on another machine, through the SSH client of this one. */
import { z } from 'zod';
import { quote, type RemoteShell } from './shell-quoting.ts';

/** ssh reads `%`, `~` and `${}` in file names, and takes a blank for the end of one: none of them may stand in it. */
const fileSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9_./\\:][A-Za-z0-9_./\\:@+-]*$/,
    'a path of letters, digits and _ . / \\ : @ + -, not beginning with -',
  );

const sshOptionsSchema = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, 'a host name or address, without user and port'),
  user: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,103}$/, 'a user name of letters, digits and _ . @ \\ -')
    .optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  /** Private key without a passphrase, or one that the agent holds; a key of its own for Syncwarden. */
  identityFile: fileSchema.optional(),
  /** Where the host key stands, instead of the user's own file. A key that is not known is refused. */
  knownHostsFile: fileSchema.optional(),
  /** Shell of the remote user. @default windows for a Windows service, else posix */
  shell: z.enum(['posix', 'windows']).optional(),
});
type SshOptions = z.infer<typeof sshOptionsSchema>;

/** Where a program runs when not on this machine. */
export const overSchema = z.strictObject({ ssh: sshOptionsSchema });
export type Over = z.infer<typeof overSchema>;

/** How long a connection is waited for, so that a dead host does not use up the time-out; seconds, as ssh takes it. */
const connectSeconds = 10;
/** A connection that has gone silent ends after three of these. */
const aliveSeconds = 15;

/** The arguments of ssh that run these arguments over there. */
export function sshArgv(ssh: SshOptions, argv: readonly string[], shell: RemoteShell): readonly string[] {
  return [
    'ssh',
    // Nobody is there to answer a question, and a host key that is not known may be that of somebody in between.
    ...['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `ConnectTimeout=${connectSeconds}`, '-o', `ServerAliveInterval=${aliveSeconds}`],
    ...['-o', 'ClearAllForwardings=yes', '-o', 'ForwardAgent=no', '-T'],
    ...(ssh.knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${ssh.knownHostsFile}`]),
    ...(ssh.identityFile === undefined ? [] : ['-o', 'IdentitiesOnly=yes', '-i', ssh.identityFile]),
    ...(ssh.port === undefined ? [] : ['-p', String(ssh.port)]),
    ...(ssh.user === undefined ? [] : ['-l', ssh.user]),
    '--',
    ssh.host,
    quote(argv, shell),
  ];
}

/** The exit code by which ssh says that it has failed itself. A remote program may use it as well. */
export const sshFailedCode = 255;
