/** E-mail over SMTP: plain text, TLS unless switched off, the same Message-ID for every try. */
import { createTransport } from 'nodemailer';
import { readAuthority } from '../connectors/http/certificate-authority.ts';
import { CodedError } from '../core/errors.ts';
import type { ChannelOf } from './channel.ts';
import { openDeadline } from './deadline.ts';
import { deliveryFailure } from './failure.ts';
import type { Letter, Send, SenderOptions } from './sender.ts';

/** @throws CodedError SW_CONFIG_UNREADABLE when `caFile` cannot be read */
export function createEmailSender(channel: ChannelOf<'email'>, { clock, identity }: SenderOptions): Send {
  const { host, port, secure, starttls, username, password, from, to, timeoutMs } = channel;
  const ca = readAuthority(channel.caFile);
  const doing = `sending an e-mail through ${host}:${port}`;
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: !secure && starttls,
    ignoreTLS: !secure && !starttls,
    tls: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
    ...(username === undefined || password === undefined ? {} : { auth: { user: username, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (letter, signal) => {
    const deadline = openDeadline(clock, timeoutMs, signal);
    try {
      const { id, subject, body, message } = letter;
      const info = await transport.sendMail({
        from: { name: 'Syncwarden', address: from },
        to,
        subject,
        text: `${body}\n`,
        messageId: messageIdOf(letter, from),
        date: new Date(message.at),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Syncwarden-Source': identity.source, 'X-Syncwarden-Id': id },
        signal: deadline.signal,
      });
      if (info.rejected.length === 0) return { kind: 'sent' };
      return { kind: 'sent', warning: `${host} took the message, but not for ${info.rejected.join(', ')}.` };
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      throw smtpFailure(thrown, doing, deadline.passedAfterMs());
    } finally {
      deadline.close();
    }
  };
}

/** Made from the id of the message alone: mail servers and readers drop a second one of the same name. */
function messageIdOf({ id }: Letter, from: string): string {
  return `<${id.replace(/[^A-Za-z0-9.-]/g, '.')}@${from.split('@')[1] ?? 'syncwarden'}>`;
}

interface SmtpError {
  readonly code?: unknown;
  /** The code of the socket, where the library has put its own in its place. */
  readonly originalCode?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** The library's own codes of what goes wrong before the message is on its way. */
const early = new Set(['ETLS', 'EREQUIRETLS', 'EDNS', 'ECONFIG']);

function smtpFailure(thrown: unknown, doing: string, timedOutAfterMs: number | null): CodedError {
  const { code, originalCode, responseCode, response } = (thrown ?? {}) as SmtpError; // each checked below
  const answered = typeof responseCode === 'number' ? responseCode : null;
  const said = typeof response === 'string' ? response.slice(0, 200) : String(answered ?? code);
  const error = (named: CodedError['code'], expected: string, todo: string) =>
    new CodedError(named, { doing, expected, found: said, todo, cause: thrown });
  if (timedOutAfterMs !== null || code === 'ETIMEDOUT') return deliveryFailure(thrown, doing, timedOutAfterMs);
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return error('SW_UNAUTHORISED', 'to be let in', 'Check username and password');
  if (answered !== null && answered >= 500)
    return error('SW_REFUSED', 'that the message is taken', 'Check sender, recipients and the rules of the server');
  if (answered !== null) return error('SW_SERVER_FAILED', 'that the message is taken', 'Check the mail server');
  if (typeof originalCode === 'string')
    return deliveryFailure(Object.assign(new Error(said), { code: originalCode }), doing, null);
  if (typeof code === 'string' && early.has(code))
    return error('SW_UNREACHABLE', 'a session with the mail server', 'Check host and port, and secure or starttls');
  // Nothing tells how far it had come: the message may have arrived.
  return error('SW_SESSION_LOST', 'an answer to the message', 'Check the mail server');
}
