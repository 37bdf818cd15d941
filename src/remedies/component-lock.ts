/**
 * Lets one remedy at a time act on a component, over all integrations and all supervisors that share a folder, and
 * refuses an owner of the past.
 *
 * The holding is a lease: it is renewed while the work goes on, and a holder that has died loses it by its expiry. The
 * times are those of the wall clock, because they pass between machines; where clocks differ by more than a third of the
 * lease, two may act at once, and then it is the fencing token that tells which of them is in the right.
 */
import { type Clock, pause } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { componentSchema } from './component-name.ts';
import { type ComponentHolder, release, renew, take } from './component-record.ts';
import { type ComponentStoreOptions, createComponentStore } from './component-store.ts';

export interface ComponentLockOptions extends ComponentStoreOptions {
  readonly clock: Clock;
  /** Who counts the fencing tokens: a name of the data directory. Tokens of different issuers are not compared. */
  readonly issuer: string;
}

export interface ComponentLock {
  /** One look: `lost` aborts when the holding is lost. */
  tryTake(claim: ComponentClaim): Promise<Held | ComponentHolder>;
  readonly clock: Clock;
}

interface Held {
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface ComponentClaim {
  readonly component: string;
  readonly fencingToken: number;
  /** Who wants it, in words for a person who waits. */
  readonly holder: string;
  /** How long it stays taken if its holder dies. */
  readonly expiresAfterMs: number;
}

export interface Waiting {
  /** How long to wait for another holder. @default 0 */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

const lookEveryMs = 500;

export function createComponentLock(options: ComponentLockOptions): ComponentLock {
  const { clock, issuer, newId } = options;
  const store = createComponentStore(options);
  return {
    clock,
    async tryTake({ component, fencingToken, holder, expiresAfterMs }) {
      const id = newId();
      const name = componentSchema.parse(component);
      const taking = await store.change(name, (record) => {
        const since = clock.now();
        const wish = { id, holder, issuer, fencingToken, since, expiresAt: since + expiresAfterMs };
        const decision = take(record, wish, since);
        return { record: decision.kind === 'fenced' ? null : decision.record, result: { ...decision, wish } };
      });
      if (taking.kind === 'fenced') throw fencedError(name, fencingToken, `a higher token, ${taking.highest}`);
      if (taking.kind === 'held') return taking.by;
      return keep(taking.wish, name, expiresAfterMs);
    },
  };

  /** Renews until released. */
  function keep(held: ComponentHolder, component: string, expiresAfterMs: number): Held {
    const loss = new AbortController();
    let renewedAt = clock.monotonic();
    let released = false;
    const lose = (found: string) => loss.abort(fencedError(component, held.fencingToken, found));
    const extend = async () => {
      const began = clock.monotonic();
      const isHeld = await store.change(component, (record) => {
        const next = renew(record, held, clock.now() + expiresAfterMs);
        return { record: next, result: next !== null };
      });
      if (!isHeld) return lose('another holder since');
      renewedAt = began;
    };
    const next = () =>
      clock.schedule(expiresAfterMs / 3, () => {
        renewing = extend()
          .catch(() => {
            // A disk that hiccups is given until the expiry; after that anybody may act.
            if (clock.monotonic() - renewedAt >= expiresAfterMs) lose('no way to renew the holding before it expired');
          })
          .then(() => {
            if (!released && !loss.signal.aborted) cancel = next();
          });
      });
    let renewing = Promise.resolve();
    let cancel = next();
    return {
      lost: loss.signal,
      async release() {
        released = true;
        cancel();
        await renewing;
        await store.change(component, (record) => ({ record: release(record, held), result: null }));
      },
    };
  }
}

/**
 * Does the work while nobody else acts on the component. Its signal aborts when the holding is lost.
 *
 * @throws CodedError SW_FENCED when a newer owner has taken over, before or during the work; SW_NOT_NOW when another
 * holder is still there after `waitMs`
 */
export async function withComponent<T>(
  lock: ComponentLock,
  claim: ComponentClaim & Waiting,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock } = lock;
  const waitUntil = clock.monotonic() + (claim.waitMs ?? 0);
  let taken = await lock.tryTake(claim);
  while (!('lost' in taken)) {
    if (clock.monotonic() >= waitUntil) throw heldError(claim.component, taken);
    await pause(clock, Math.min(lookEveryMs, waitUntil - clock.monotonic()), claim.signal);
    taken = await lock.tryTake(claim);
  }
  const { lost } = taken;
  try {
    return await work(lost);
  } catch (thrown) {
    throw lost.aborted ? lost.reason : thrown;
  } finally {
    // Work that is done stays done: a holding that cannot be given up ends by its expiry.
    await taken.release().catch(() => {});
  }
}

function fencedError(component: string, fencingToken: number, found: string): CodedError {
  return new CodedError('SW_FENCED', {
    doing: `acting on the component "${component}" with the fencing token ${fencingToken}`,
    expected: 'that no newer owner has been there',
    found,
    todo: 'Find out which other supervisor has taken over, and stop this one',
  });
}

function heldError(component: string, by: ComponentHolder): CodedError {
  const [since, until] = [by.since, by.expiresAt].map((at) => new Date(at).toISOString());
  return new CodedError('SW_NOT_NOW', {
    doing: `acting on the component "${component}"`,
    expected: 'that nobody else acts on it',
    found: `${by.holder}, since ${since} and until ${until} at the latest unless renewed`,
    todo: 'Nothing: it will be tried again as the policy says',
  });
}
