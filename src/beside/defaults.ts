/** What a configuration that says little means in mode beside. Works on raw input: only there it shows what was left out. */
import { hours } from '../../machines/units.ts';
import { guideRungsBeside } from './guide-rungs.ts';

type Raw = { readonly [member: string]: unknown };

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Nothing moves in the counts while the proxy fills its cache, nor while what is equal is written once more: an hour of
 * that is no stall yet.
 */
const stall = { floorMs: hours(1), capMs: hours(4) };

/** Fills in the ladder and the patience of mode beside, where they were left out; anything else is returned as it is. */
export function withBesideDefaults(raw: unknown): unknown {
  if (!isRaw(raw) || raw['mode'] !== 'beside') return raw;
  const { policy = {}, remedies, beside } = raw;
  if (!isRaw(policy)) return raw;
  const { ladder = {}, synchronization = {} } = policy;
  if (!isRaw(ladder) || !isRaw(synchronization)) return raw;
  const role = isRaw(beside) && typeof beside['role'] === 'string' ? beside['role'] : undefined;
  const rungs = guideRungsBeside(new Set(isRaw(remedies) ? Object.keys(remedies) : []), role);
  return {
    ...raw,
    policy: {
      ...policy,
      ladder: { ...ladder, rungs: ladder['rungs'] ?? rungs },
      synchronization: { ...synchronization, stall: synchronization['stall'] ?? stall },
    },
  };
}
