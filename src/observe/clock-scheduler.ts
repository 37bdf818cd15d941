/** A clock as the scheduler of RxJS, so that operators of time keep the time that everything else keeps. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../core/clock.ts';

export function schedulerOf(clock: Clock): SchedulerLike {
  function schedule<State>(
    work: (this: SchedulerAction<State>, state?: State) => void,
    delayMs = 0,
    state?: State,
  ): Subscription {
    const action = Object.assign(new Subscription(), {
      schedule(again?: State, pauseMs = 0): Subscription {
        const cancel = clock.schedule(pauseMs, () => {
          if (!action.closed) work.call(action, again);
        });
        action.add(cancel);
        return action;
      },
    }) as SchedulerAction<State>; // its one method is there
    return action.schedule(state, delayMs);
  }
  return { now: () => clock.now(), schedule };
}
