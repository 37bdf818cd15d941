/** What the ladder did, read off what it remembers and where it stands. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Try } from '../../machines/escalation/incident.ts';

/**
 * One thing that the ladder did. `deviation`: an incident began. `asked`: a person is to agree. `taken`: a rung, by a
 * remedy or a run; `instructed`: a rung, by a person. `ended`: what was taken is over. `quarantined` and `recovered` end it.
 */
export interface RehearsedStep {
  readonly kind: 'deviation' | 'asked' | 'taken' | 'instructed' | 'ended' | 'quarantined' | 'recovered';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly rung: string | null;
  /** Which try of the rung within the incident it is, 1 and up; 0 where there is none. */
  readonly attempt: number;
  /** How a try ended; null for everything else. */
  readonly how: Try['how'] | null;
  /** Rungs that were passed over so far, with the reason. */
  readonly skipped: { readonly [rung: string]: string };
}

/** Follows one ladder, step by step. */
export class LadderTrail {
  readonly steps: RehearsedStep[] = [];
  #ended: 'quarantined' | 'recovered' | null = null;
  #ladder = 'watching';
  #incident: string | null = null;
  #tries = 0;
  #open = false;

  /** How the ladder came to its end; null while it has not. */
  get ended(): 'quarantined' | 'recovered' | null {
    return this.#ended;
  }

  /** Goes on from here: what was before is not told. */
  begin(context: IntegrationContext, ladder: string): void {
    const { incident } = context.escalation;
    this.#ladder = ladder;
    this.#incident = incident?.id ?? null;
    this.#tries = triesOf(context);
    this.#open = incident?.tries.at(-1)?.how === 'under-way';
  }

  /** Takes in one step of the machine; answers the state that the ladder has entered, null when it stays. */
  note(at: number, context: IntegrationContext, ladder: string): string | null {
    const { escalation } = context;
    const { incident } = escalation;
    if (incident !== null && this.#incident !== incident.id) {
      this.#tries = 0;
      this.#tell('deviation', at, context);
    }
    if (this.#open && incident?.tries.at(-1)?.how !== 'under-way') this.#end(at, context);
    if (triesOf(context) > this.#tries) this.#take(at, context, ladder);
    if (ladder === 'asking' && this.#ladder !== 'asking') this.#tell('asked', at, context, escalation.rung);
    if (ladder === 'quarantined' && this.#ladder !== 'quarantined') this.#finish('quarantined', at, context);
    if (incident === null && this.#incident !== null) this.#finish('recovered', at, context);
    this.#incident = incident?.id ?? null;
    this.#tries = triesOf(context);
    const entered = ladder === this.#ladder ? null : ladder;
    this.#ladder = ladder;
    return entered;
  }

  #take(at: number, context: IntegrationContext, ladder: string): void {
    const last = context.escalation.incident?.tries.at(-1);
    this.#tell(ladder === 'instructing' ? 'instructed' : 'taken', at, context, last?.rung ?? null);
    this.#open = last?.how === 'under-way';
    // Done for somebody else, or rehearsed: it began and ended in one.
    if (!this.#open) this.#end(at, context);
  }

  #end(at: number, context: IntegrationContext): void {
    // With the proof that ends an incident its tries are on record.
    const tries = (context.escalation.incident ?? context.escalation.past.at(-1))?.tries ?? [];
    const last = tries.at(-1);
    this.#tell('ended', at, context, last?.rung ?? null, last?.how ?? null);
    this.#open = false;
  }

  #finish(kind: 'quarantined' | 'recovered', at: number, context: IntegrationContext): void {
    this.#tell(kind, at, context);
    this.#ended = kind;
  }

  #tell(
    kind: RehearsedStep['kind'],
    at: number,
    { escalation }: IntegrationContext,
    rung: string | null = null,
    how: Try['how'] | null = null,
  ): void {
    const attempt = rung === null ? 0 : (escalation.attempts[rung] ?? 0) + (kind === 'asked' ? 1 : 0);
    this.steps.push({ kind, at, rung, attempt, how, skipped: escalation.skipped });
  }
}

function triesOf({ escalation: { incident } }: IntegrationContext): number {
  return incident === null ? 0 : incident.tries.length + incident.triesDropped;
}
