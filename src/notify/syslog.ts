/** Syslog over UDP, TCP or TLS. None of them answers: what the network took counts as delivered. */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Severity } from '../../machines/notifications/notice.ts';
import { readAuthority } from '../connectors/http/certificate-authority.ts';
import type { Clock } from '../core/clock.ts';
import type { ChannelOf } from './channel.ts';
import { openDeadline } from './deadline.ts';
import { deliveryFailure } from './failure.ts';
import type { Identity, Letter, Send, SenderOptions } from './sender.ts';
import { formatSyslog, framed } from './syslog-message.ts';

const severities: { readonly [severity in Severity]: number } = { critical: 2, warning: 4, resolved: 5, info: 6 };

/** The enterprise number that RFC 5612 keeps for examples: we have none of our own. */
const dataId = 'syncwarden@32473';
/** Receivers should take so much of a datagram (RFC 5424, 6.1); streams have room. */
const datagramBytesMax = 2_048;
const frameBytesMax = 16_384;
/** How long a receiver has to cut a connection on which it did not want the message. */
const closeMs = 1_000;

/** @throws CodedError SW_CONFIG_UNREADABLE when `caFile` cannot be read */
export function createSyslogSender(channel: ChannelOf<'syslog'>, { clock, identity }: SenderOptions): Send {
  const { host, port, transport, timeoutMs } = channel;
  const ca = readAuthority(channel.caFile);
  const doing = `sending to syslog at ${host}:${port} over ${transport}`;
  const open = () => {
    if (transport === 'tcp') return connectTcp({ host, port });
    const name = isIP(host) === 0 ? { servername: host } : {};
    return connectTls({ host, port, rejectUnauthorized: true, ...name, ...(ca === undefined ? {} : { ca }) });
  };
  return async (letter, signal) => {
    const deadline = openDeadline(clock, timeoutMs, signal);
    try {
      const bytes = bytesOf(letter, channel, identity);
      if (transport === 'udp') await sendDatagram(bytes, { host, port, signal: deadline.signal });
      else await sendFrame(open(), framed(bytes), { clock, signal: deadline.signal });
      return { kind: 'sent' };
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      throw deliveryFailure(thrown, doing, deadline.passedAfterMs());
    } finally {
      deadline.close();
    }
  };
}

function bytesOf({ id, message, body }: Letter, channel: ChannelOf<'syslog'>, identity: Identity): Buffer {
  const [first] = message.notices;
  const integrations = [...new Set(message.notices.flatMap(({ integration }) => integration ?? []))];
  return formatSyslog(
    {
      facility: channel.facility,
      severity: severities[message.severity],
      at: message.at,
      hostname: identity.source,
      appName: 'syncwarden',
      procId: identity.processId === undefined ? null : String(identity.processId),
      msgId: first !== undefined && message.kind === 'notice' ? first.kind : message.kind,
      dataId,
      data: {
        id,
        severity: message.severity,
        ...(integrations.length === 0 ? {} : { integration: integrations.slice(0, 20).join(',') }),
        ...(first === undefined ? {} : { reason: first.reason.code }),
        ...(first?.incident ? { incident: first.incident } : {}),
      },
      text: body,
    },
    channel.transport === 'udp' ? datagramBytesMax : frameBytesMax,
  );
}

async function sendDatagram(
  bytes: Buffer,
  { host, port, signal }: { host: string; port: number; signal: AbortSignal },
): Promise<void> {
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' });
  try {
    await new Promise<void>((resolve, reject) => {
      onceAborted(signal, () => reject(signal.reason));
      socket.on('error', reject);
      socket.send(bytes, port, host, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    socket.close();
  }
}

/** Sends everything and our end of the stream; then the receiver has a moment to say by a reset that it refuses. */
async function sendFrame(
  socket: Socket,
  frame: Buffer,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  let cancel = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      onceAborted(signal, () => reject(signal.reason));
      socket.on('error', reject);
      socket.on('close', () => (socket.writableFinished ? resolve() : reject(new Error('it was closed too early'))));
      socket.resume();
      socket.once('secureConnect' in socket || 'authorized' in socket ? 'secureConnect' : 'connect', () =>
        socket.end(frame, () => {
          cancel = clock.schedule(closeMs, resolve);
        }),
      );
    });
  } finally {
    cancel();
    socket.destroy();
  }
}

function onceAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}
