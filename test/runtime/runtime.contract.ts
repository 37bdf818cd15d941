/**
 * What every runtime promises (R1 to R9), as a user of the public entry sees it: one suite, run on each kind.
 *
 * It knows a runtime by {@link Runtime} alone, and the place where it runs by {@link World}: no reach inside.
 */
import { describe } from 'vitest';
import { describeActions } from './contract/actions.ts';
import { describeDoors } from './contract/doors.ts';
import { describeExecutions } from './contract/executions.ts';
import { describeLate } from './contract/late.ts';
import { describeLives } from './contract/lives.ts';
import { describeRegistration } from './contract/registration.ts';
import { describeRetries } from './contract/retries.ts';
import { describeTimers } from './contract/timers.ts';
import { describeVersions } from './contract/versions.ts';
import { describeWaiting } from './contract/waiting.ts';
import { stages } from './support/stage.ts';
import type { WorldMaker } from './support/world.ts';

export function describeRuntime(name: string, makeWorld: WorldMaker): void {
  describe(name, () => {
    const stage = stages(makeWorld);
    describeDoors(stage);
    describeWaiting(stage);
    describeLives(stage);
    describeExecutions(stage);
    describeRetries(stage);
    describeLate(stage);
    describeActions(stage);
    describeTimers(stage);
    describeVersions(stage);
    describeRegistration(stage);
  });
}
