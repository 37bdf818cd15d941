/** The executor of the effect `deliver`: finds the channel, fills in its templates, and hands the message over. */
import type { Message } from '../../machines/notifications/notice.ts';
import type { Delivery, DeliveryAnswer } from '../../machines/notifications.ts';
import { CodedError } from '../core/errors.ts';
import type { Executor, Work } from '../runtime/index.ts';
import { type Channel, type Notifications, secretsOf } from './channel.ts';
import { createEmailSender } from './email.ts';
import { withoutSecrets } from './failure.ts';
import { createPagerdutySender } from './pagerduty.ts';
import type { Send, SenderOptions } from './sender.ts';
import { createSyslogSender } from './syslog.ts';
import { render } from './template.ts';
import { createWebhookSender } from './webhook.ts';

export interface DeliverOptions extends SenderOptions {
  /** The sentence of a heartbeat, asked for when it is sent: `still watching, 12 integrations, all proven`. */
  readonly heartbeatText: () => string;
}

interface Station {
  readonly channel: Channel;
  readonly send: Send;
}

/**
 * An executor for the configured channels.
 *
 * A delivery that was interrupted is done again: the receiver tells by the id of the message, which never changes, that
 * it has it already (see docs/notifications.md for each kind).
 *
 * @throws CodedError SW_CONFIG_UNREADABLE when a `caFile` cannot be read
 */
export function createDeliver(
  {
    channels,
    dashboardUrl = null,
  }: { readonly channels: Notifications['channels']; dashboardUrl?: string | undefined | null },
  options: DeliverOptions,
): Executor<Delivery | null, DeliveryAnswer> {
  const stations = new Map(
    Object.entries(channels).map(([name, channel]): [string, Station] => [
      name,
      { channel, send: senderOf(channel, options) },
    ]),
  );
  return {
    async run(work) {
      if (work.input === null) throw notConfigured('of a message that is gone');
      const { channel: name, message } = work.input;
      const station = stations.get(name);
      if (!station) throw notConfigured(`"${name}"`);
      const worded = message.kind === 'heartbeat' ? withText(message, options.heartbeatText()) : message;
      const letter = { ...render(station.channel.template, worded, dashboardUrl), link: dashboardUrl };
      return answerOf(
        station,
        { ...letter, id: `${options.identity.source}:${message.id}`, message: worded },
        work,
        options,
      );
    },
    reconcile: () => Promise.resolve({ kind: 'redo' }),
  };
}

function withText(message: Message, text: string): Message {
  return { ...message, text, subject: `info: ${text}` };
}

async function answerOf(
  { channel, send }: Station,
  letter: Parameters<Send>[0],
  { signal }: Pick<Work, 'signal'>,
  { clock }: DeliverOptions,
): Promise<DeliveryAnswer> {
  const secrets = secretsOf(channel);
  try {
    const sent = await send(letter, signal);
    if (sent.kind === 'sent')
      return { at: clock.now(), ...(sent.warning === undefined ? {} : { warning: sent.warning }) };
    const { code, message } = sent.reason;
    const hidden = withoutSecrets(CodedError.revive(code, message), secrets);
    return { at: null, retryAfterMs: sent.retryAfterMs, reason: { code, message: hidden.message } };
  } catch (error) {
    throw error instanceof CodedError ? withoutSecrets(error, secrets) : error;
  }
}

function senderOf(channel: Channel, options: SenderOptions): Send {
  switch (channel.kind) {
    case 'webhook':
      return createWebhookSender(channel, options);
    case 'email':
      return createEmailSender(channel, options);
    case 'syslog':
      return createSyslogSender(channel, options);
    case 'pagerduty':
      return createPagerdutySender(channel, options);
  }
}

function notConfigured(what: string): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: 'delivering a message',
    expected: 'a configured channel',
    found: `none ${what}`,
    todo: 'Configure the channel, or let the message go',
  });
}
