/** The explanation of one integration as the API answers it. */
import type { IntegrationContext } from '../../machines/context.ts';
import { explain } from '../core/explain.ts';
import { timeWords } from '../core/explain-time.ts';
import type { AppOptions } from './app-options.ts';
import { shownText } from './disclosure.ts';
import type { ExplanationView } from './fleet-api.ts';
import { fleetState, pendingDelays } from './fleet-record.ts';
import { recordOf } from './look-up.ts';
import { regionStates } from './state-value.ts';

/** @throws CodedError SW_NOT_FOUND */
export function explanationOf(options: AppOptions, id: string, timeZone: string): ExplanationView {
  const { record } = recordOf(options, id);
  const at = options.clock.now();
  const parts = explain(
    {
      context: record.snapshot.context as unknown as IntegrationContext, // the record is one of an integration
      ladder: regionStates(record).escalation,
      timers: pendingDelays(record),
      fleet: fleetState(options),
      at,
    },
    timeZone,
  );
  const shown = (texts: readonly string[]) => texts.map(shownText);
  return {
    integration: id,
    at,
    timeZone,
    why: shown(parts.why),
    done: shown(parts.done),
    next: shown(parts.next),
    changes: shown(parts.changes),
  };
}

/** Time zones that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return timeWords(0, name).clock(0) !== '';
  } catch {
    return false;
  }
}
