/** The process is killed at every commit and in the middle of every delivery: nothing is lost, nothing comes twice. */
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../machines/notifications/notice.ts';
import {
  type Delivery,
  type DeliveryAnswer,
  notificationEventSchema,
  notificationsMachine,
} from '../../machines/notifications.ts';
import { pause } from '../../src/core/clock.ts';
import { CodedError } from '../../src/core/errors.ts';
import type { Runtime, Work } from '../../src/runtime/index.ts';
import { memoryMedium } from '../runtime/support/memory-medium.ts';
import { VirtualWorld } from '../runtime/support/virtual-world.ts';
import { noticeOf, policyOf, recovered } from './notifications-driver.ts';

const minute = 60_000;
const key = 'notifications';
const policy = policyOf(
  { mail: { severityMin: 'info' }, pager: { severityMin: 'critical', heartbeatMs: 10 * minute } },
  { group: { max: 2, windowMs: minute } },
);

type NotificationsRuntime = Runtime<typeof notificationsMachine>;

/** A site whose process dies once, at the moment of that number, and is started again whenever it is needed. */
class Site {
  readonly world = new VirtualWorld(memoryMedium());
  /** By channel and id of the message: the ids of its notices. A receiver keeps one of each. */
  readonly received = new Map<string, string>();
  moments = 0;
  lives = 0;
  calls = 0;
  readonly #killAt: number;
  #runtime: NotificationsRuntime | null = null;
  #died: Promise<void> = new Promise(() => {});
  #die = () => {};

  constructor(killAt: number) {
    this.#killAt = killAt;
  }

  /** Raises a fact until it lasts, as its sender does: under the same id. */
  async raise(notice: Notice): Promise<void> {
    await this.#insist((runtime) => runtime.send(key, { type: 'notice.raised', notice }));
  }

  async tell(type: 'storm.began' | 'storm.ended'): Promise<void> {
    await this.#insist((runtime) => runtime.send(key, { type }));
  }

  async later(ms: number): Promise<void> {
    await this.#insist(async () => {});
    await this.world.advance(ms);
    await this.#insist(async () => {});
    await this.world.idle();
  }

  outbox() {
    return this.#runtime?.snapshot(key)?.context.outbox ?? null;
  }

  async #insist(act: (runtime: NotificationsRuntime) => Promise<void>): Promise<void> {
    for (let done = false; !done; ) {
      const runtime = this.#runtime ?? (await this.#open());
      const outcome = await Promise.race([act(runtime).then(() => true), this.#died.then(() => false)]);
      done = outcome && this.#runtime === runtime;
    }
  }

  async #open(): Promise<NotificationsRuntime> {
    this.lives += 1;
    this.#died = new Promise((resolve) => {
      this.#die = resolve;
    });
    const runtime = await this.world.open({
      machines: [{ machine: notificationsMachine, events: notificationEventSchema }],
      executors: {
        deliver: { run: (work) => this.#deliver(work), reconcile: () => Promise.resolve({ kind: 'redo' }) },
      },
    });
    this.#runtime = runtime;
    runtime.subscribe(() => this.#moment());
    await Promise.race([runtime.start(notificationsMachine, key, { policy }), this.#died]);
    return runtime;
  }

  /** Of four calls one fails before anything arrived and one after it did. */
  async #deliver({ input }: Work<Delivery | null>): Promise<DeliveryAnswer> {
    if (input === null) throw new Error('there is always a message');
    const { channel, message } = input;
    this.calls += 1;
    const fate = this.calls % 4;
    await pause(this.world.clock, 20);
    if (fate === 1) throw CodedError.revive('SW_UNREACHABLE', 'Nobody is there.');
    const content = message.notices.map(({ id }) => id).join('+') || message.kind;
    const known = this.received.get(`${channel} ${message.id}`) ?? content;
    expect(content, 'the same under the same id').toBe(known);
    this.received.set(`${channel} ${message.id}`, content);
    this.#moment();
    await pause(this.world.clock, 20);
    if (fate === 3) throw CodedError.revive('SW_TIMEOUT', 'No answer came.');
    return { at: this.world.now() };
  }

  #moment(): void {
    this.moments += 1;
    if (this.moments !== this.#killAt) return;
    this.#runtime = null;
    void this.world.kill();
    this.#die();
  }
}

async function scenario(killAt: number): Promise<Site> {
  const site = new Site(killAt);
  const facts = [
    noticeOf({ id: 'a', integration: 'a' }),
    noticeOf({ id: 'b', integration: 'b', severity: 'warning' }),
    noticeOf({ id: 'c', integration: 'c' }),
    recovered({ id: 'a-over', integration: 'a' }),
  ];
  for (const fact of facts) {
    await site.raise(fact);
    await site.later(15);
  }
  await site.tell('storm.began');
  await site.raise(noticeOf({ id: 'd', integration: 'd' }));
  await site.raise(recovered({ id: 'c-over', integration: 'c' }));
  await site.later(2 * minute);
  await site.tell('storm.ended');
  await site.raise(recovered({ id: 'd-over', integration: 'd' }));
  // In pieces, so that a process that was killed is started again before all the time has passed.
  for (let minutes = 0; minutes < 12; minutes++) await site.later(minute);
  return site;
}

/** The notices that a channel has, in order, each as often as it came. */
function noticesOf({ received }: Site, channel: string): readonly string[] {
  return [...received].flatMap(([name, content]) =>
    name.startsWith(`${channel} `) && content !== 'heartbeat' ? content.split('+') : [],
  );
}

describe('a kill', () => {
  test('at no moment loses a notice or brings one twice', async () => {
    const whole = await scenario(Number.POSITIVE_INFINITY);
    expect([whole.lives, whole.moments > 30]).toEqual([1, true]);

    for (let killAt = 1; killAt <= whole.moments; killAt++) {
      const site = await scenario(killAt);
      const when = `killed at moment ${killAt}`;
      expect(site.lives, when).toBe(2);
      expect(site.outbox(), when).toEqual([]);
      expect([...noticesOf(site, 'mail')].sort(), when).toEqual(
        ['a', 'a-over', 'b', 'c', 'c-over', 'd', 'd-over'].sort(),
      );
      expect([...noticesOf(site, 'pager')].sort(), when).toEqual(['a', 'a-over', 'c', 'c-over', 'd', 'd-over'].sort());
      expect([...site.received.values()], when).toContain('heartbeat');
      await site.world.dispose();
    }
  }, 120_000);
});
