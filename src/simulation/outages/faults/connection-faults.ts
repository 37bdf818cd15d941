/** Faults of the way to both sides, and of what they answer. */
import type { ErrorCode } from '../../../core/errors.ts';
import { listFaults } from '../../site/short-lists.ts';
import type { Line, Trouble } from '../room/line.ts';
import { proxyOf } from '../room/machine-room.ts';
import { type Fault, once, picked, type Scene } from './fault.ts';

/** The lines that a fault is about: one side of an integration, or both sides of all: our own network. */
function lines({ room, site, strike }: Scene): readonly Line[] {
  if (strike.strength < 0.15) return [...room.sites.values()].flatMap(({ source, target }) => [source, target]);
  return [strike.strength < 0.65 ? site.source : site.target];
}

const trouble =
  (make: (scene: Scene) => Trouble): Fault =>
  (scene) => {
    const added = lines(scene).map((line) => ({ line, trouble: make(scene) }));
    for (const { line, trouble: one } of added) line.troubles.add(one);
    return () => {
      for (const { line, trouble: one } of added) line.troubles.delete(one);
    };
  };

/** Refusals and failures are those of one side. */
const refusal =
  (code: ErrorCode, when: 'before' | 'after' = 'before'): Fault =>
  ({ site, strike }) => {
    const line = strike.strength < 0.5 ? site.source : site.target;
    const one: Trouble = { kind: 'fails', code, when, reachable: true };
    line.troubles.add(one);
    return () => line.troubles.delete(one);
  };

const hiccup =
  (code: ErrorCode, when: 'before' | 'after'): Fault =>
  ({ site, strike }) => {
    const line = strike.strength < 0.5 ? site.source : site.target;
    line.troubles.add({ kind: 'hiccup', code, when, left: 1 + Math.floor(strike.pick * 4) });
    return once;
  };

/** Cut and mended again and again. */
const flapping: Fault = (scene) => {
  const { room, strike } = scene;
  const periodMs = 20_000 + Math.floor(strike.pick * 100_000);
  const cut: Trouble = { kind: 'fails', code: 'SW_UNREACHABLE', when: 'before', reachable: false };
  const on = lines(scene);
  let isOver = false;
  const turn = (isCut: boolean) => {
    if (isOver) return;
    for (const line of on) isCut ? line.troubles.add(cut) : line.troubles.delete(cut);
    room.clock.schedule(periodMs, () => turn(!isCut));
  };
  turn(true);
  return () => {
    isOver = true;
    for (const line of on) line.troubles.delete(cut);
  };
};

/** A side is started again: away for a while, and every session is lost. */
const restart =
  (side: 'source' | 'target'): Fault =>
  ({ site }) => {
    const away: Trouble = { kind: 'fails', code: 'SW_UNREACHABLE', when: 'before', reachable: false };
    site[side].troubles.add(away);
    return () => {
      site[side].troubles.delete(away);
      site[side].troubles.add({ kind: 'hiccup', code: 'SW_SESSION_LOST', when: 'before', left: 2 });
    };
  };

export const connectionFaults = {
  'cut-clean': trouble(() => ({ kind: 'fails', code: 'SW_UNREACHABLE', when: 'before', reachable: false })),
  'cut-half-open': trouble(({ strike }) => ({ kind: 'silent', when: strike.pick < 0.5 ? 'before' : 'after' })),
  'cut-flapping': flapping,
  latency: trouble(({ strike }) => ({ kind: 'slow', ms: 300 + Math.floor(strike.pick * 9_000) })),
  'answer-lost': hiccup('SW_TIMEOUT', 'after'),
  'reply-unexpected': hiccup('SW_REPLY_UNEXPECTED', 'before'),
  'walk-broken': hiccup('SW_WALK_INCOMPLETE', 'before'),
  'server-failed': refusal('SW_SERVER_FAILED'),
  'credentials-refused': refusal('SW_UNAUTHORISED'),
  licence: refusal('SW_LICENCE'),
  'session-busy': refusal('SW_SESSION_BUSY'),
  'source-restart': restart('source'),
  'target-restart': restart('target'),
  'partial-list': ({ site, strike }) => {
    site.listFault = picked(listFaults, strike.strength) ?? null;
    return () => {
      site.listFault = null;
    };
  },
  'lying-total': ({ site, strike }) => {
    site.totalLie = Math.round((strike.strength - 0.5) * 40);
    return () => {
      site.totalLie = 0;
    };
  },
  'version-change': ({ site, strike }) => {
    site.versions[strike.strength < 0.5 ? 'source' : 'target'] = '9.99';
    return () => site.bringVersionsTogether();
  },
  'proxy-death': ({ room, site }) => {
    const proxy = room.proxies.get(proxyOf(site.config) ?? '');
    proxy?.die();
    // Somebody else may start it; otherwise a remedy does.
    return () => proxy?.revive();
  },
} as const satisfies { readonly [kind: string]: Fault };
