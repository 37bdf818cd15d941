/** What becomes of the times that are remembered when the clock was set back. */
import type { Batch, ChannelMemory, NotificationsMemory } from './memory.ts';
import { quietUntil } from './policy.ts';

/** A clock that is behind by no more than this is waited for, in milliseconds. */
const heldMsMax = 60_000;

/**
 * The memory as of `at`. What was to last so long lasts as long: its times move back with the clock. What ends with the
 * quiet hours ends with them by the new time.
 */
export function asOf(memory: NotificationsMemory, at: number): NotificationsMemory {
  const byMs = memory.now - at;
  if (byMs <= heldMsMax) return memory;
  const { armedFor, stormSince } = memory;
  const channels = Object.entries(memory.channels).map(([name, channel]) => {
    const held = channel.held && { ...channel.held, closesAt: quietEnd(memory, name, at) };
    return [name, { ...movedBack(channel, byMs), held }] as const;
  });
  return {
    ...memory,
    now: at,
    armedFor: armedFor && armedFor - byMs,
    stormSince: stormSince && stormSince - byMs,
    channels: Object.fromEntries(channels),
    outbox: memory.outbox.map((entry) => ({
      ...entry,
      notBefore: entry.notBefore - byMs,
      enqueuedAt: entry.enqueuedAt - byMs,
    })),
  };
}

function quietEnd({ policy }: NotificationsMemory, name: string, at: number): number {
  return quietUntil(policy.channels[name]?.quietHours ?? null, at) ?? at;
}

function movedBack(channel: ChannelMemory, byMs: number): ChannelMemory {
  const { group, heartbeatAt, recent, pausedUntil } = channel;
  const batch = (open: Batch): Batch => ({ ...open, closesAt: open.closesAt - byMs });
  return {
    ...channel,
    recent: recent.map((time) => time - byMs),
    group: group && batch(group),
    pausedUntil: pausedUntil - byMs,
    heartbeatAt: heartbeatAt && heartbeatAt - byMs,
  };
}
