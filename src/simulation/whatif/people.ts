/** The people of the simulated site: whoever is asked agrees, and does as asked, after a while. */

import type { MachineRoom } from '../outages/room/machine-room.ts';
import type { Diary } from './diary.ts';

export interface PeopleOptions {
  readonly room: MachineRoom;
  readonly diary: Diary;
  /** How long after they were asked, milliseconds. */
  readonly answerAfterMs: number;
  /** They have done what a rung of theirs asks of them. */
  readonly onDone: () => void;
}

/** One of them listens for an integration from now on. */
export function startPeople({ room, diary, answerAfterMs, onDone }: PeopleOptions): void {
  const key = diary.integration;
  const by = 'somebody';
  const answer = (state: 'asking' | 'instructing', rung: string) => {
    if (!diary.has(`escalation.${state}`) || diary.context?.escalation.rung !== rung) return;
    if (state === 'asking') return void room.operators.insist({ key, event: { type: 'approval.given', rung, by } });
    onDone();
    void room.operators.insist({ key, event: { type: 'step.answered', rung, done: true, by, note: '' } });
  };
  let asked = '';
  room.witness.listen((fact) => {
    if (fact.what !== 'commit' || fact.commit.key !== key) return;
    const state = (['asking', 'instructing'] as const).find((one) => diary.has(`escalation.${one}`));
    const rung = diary.context?.escalation.rung ?? null;
    const question = state === undefined || rung === null ? '' : `${state} ${rung}`;
    if (state !== undefined && rung !== null && question !== asked)
      room.clock.schedule(answerAfterMs, () => answer(state, rung));
    asked = question;
  });
}
