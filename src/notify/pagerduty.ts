/** PagerDuty, Events API v2: one alert for each incident, resolved by the key under which it was triggered. */
import { hash } from 'node:crypto';
import type { Severity } from '../../machines/notifications/notice.ts';
import type { ChannelOf } from './channel.ts';
import { createPost } from './http-post.ts';
import type { Letter, Send, SenderOptions, Sent } from './sender.ts';

const severities: { readonly [severity in Severity]: string } = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
  resolved: 'info',
};

/** Bounds of the API, in characters. */
const summaryMax = 1_024;
const keyMax = 255;

export function createPagerdutySender(channel: ChannelOf<'pagerduty'>, { clock, identity }: SenderOptions): Send {
  const post = createPost(channel, clock);
  const { source } = identity;
  return async (letter, signal) => {
    let sent: Sent = { kind: 'sent' };
    for (const event of eventsOf(letter, source)) {
      const body = JSON.stringify({ routing_key: channel.routingKey, ...event });
      sent = await post({ headers: {}, body, signal });
      if (sent.kind === 'not-yet') break; // all of them are sent again: their keys make that harmless
    }
    return sent;
  };
}

/** What was bad is triggered, what is over is resolved; a test is both, so that it leaves nothing behind. */
function eventsOf(letter: Letter, source: string): readonly object[] {
  const { kind, severity, dedupKey, resolves } = letter.message;
  const resolve = (key: string) => ({ event_action: 'resolve', dedup_key: dedupOf(source, key) });
  const ended = resolves.map(resolve);
  if (severity === 'resolved') return ended;
  return [triggerOf(letter, source), ...(kind === 'test' ? [resolve(dedupKey)] : []), ...ended];
}

function triggerOf({ message, subject, body, link }: Letter, source: string): object {
  const [first] = message.notices;
  return {
    event_action: 'trigger',
    dedup_key: dedupOf(source, message.dedupKey),
    payload: {
      summary: subject.slice(0, summaryMax),
      source,
      severity: severities[message.severity],
      timestamp: new Date(first?.at ?? message.at).toISOString(),
      component: first?.integration ?? 'syncwarden',
      class: first?.reason.code ?? message.kind,
      custom_details: { text: body, notices: message.notices.length + message.omitted },
    },
    client: 'Syncwarden',
    ...(link === null ? {} : { client_url: link, links: [{ href: link, text: 'Dashboard' }] }),
  };
}

/** Two supervisors with one routing key must not end each other's alerts. */
function dedupOf(source: string, key: string): string {
  const whole = `syncwarden/${source}/${key}`;
  return whole.length <= keyMax ? whole : `syncwarden/${hash('sha256', whole, 'hex')}`;
}
