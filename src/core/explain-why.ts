/** First part of an explanation: why the ladder is in its state. The first sentence is its headline. */
import { currentRung } from '../../machines/escalation/rungs.ts';
import { fleetReasons } from './explain-fleet.ts';
import { componentOf, inSentence, sentence, type Told, titleOf, titleOfRung } from './explain-situation.ts';
import { spanText } from './explain-time.ts';
import { opensAt, windowsOf, windowTexts } from './explain-windows.ts';

export function whyOf(told: Told): readonly string[] {
  const incident = told.ladder === 'watching' ? [] : incidentReasons(told);
  return [...stateReasons(told), ...incident, ...holdReasons(told), ...fleetReasons(told)].map(sentence);
}

const states: { readonly [state: string]: (told: Told) => readonly string[] } = {
  watching: ({ context: { synchronization }, time }) => [
    synchronization.provenEqualAt === null
      ? 'No incident is open, but source and target have not been proven equal yet.'
      : `No incident is open: source and target were last proven equal at ${time.past(synchronization.provenEqualAt)}.`,
  ],
  confirming: ({ context }) => [
    `Something deviates, and the ladder waits whether it passes by itself: nothing is done before it has lasted ${spanText(context.policy.ladder.confirmMs)}.`,
  ],
  diagnosing: () => ['The ladder gathers evidence, to learn what is wrong and which rung can help.'],
  choosing: () => ['The ladder chooses the next rung.'],
  waiting,
  asking: (told) => {
    const asked = told.context.escalation.approval?.askedAt;
    return [
      `A person must agree before this is done: ${titleOf(told)}. ${asked === undefined ? '' : `It was asked for at ${told.time.past(asked)}, and nobody has answered.`}`,
    ];
  },
  claiming,
  acting: (told) => [`This is being carried out${since(told)}: ${titleOf(told)}.`],
  instructing: (told) => [
    `A person was asked${since(told)} to do what no remedy of the ladder does: ${titleOf(told)}.`,
  ],
  rehearsing: (told) => [`A dry run: this would have been done, and was not: ${titleOf(told)}.`],
  settling: (told) => [`This was done, and is given time to take effect: ${titleOf(told)}.`],
  proving: (told) => [
    `${currentRung(told.context)?.remedy === 'synchronize' ? 'A run was asked for' : 'What was done must now prove itself'}: ${titleOf(told)}. A ${currentRung(told.context)?.mode ?? 'delta'} synchronization has to show that source and target are equal.`,
  ],
  quarantined: ({ context: { escalation }, time }) => {
    const { quarantine } = escalation;
    if (quarantine === null) return ['The ladder is in quarantine: a person is needed.'];
    const { since, reason } = quarantine;
    return [
      `Quarantine since ${time.past(since)}: a person is needed, and nothing is restarted. ${sentence(reason.message)}`,
      quarantineWords[reason.code] ?? 'No rung of the ladder can help against that.',
    ];
  },
};

const stateReasons = (told: Told): readonly string[] => states[told.ladder]?.(told) ?? [];

/** Why no restart heals what was diagnosed, by its signature. */
const quarantineWords: { readonly [signature: string]: string } = {
  incompatible: 'A restart does not change a version: versions that go together have to be installed.',
  credentials: 'A restart does not change a refused password, and more logins with it may lock the account.',
  refused: 'A restart does not change a refusal, and more logins may lock the account.',
  licence: 'A restart frees no licence: one has to be freed or bought.',
  'session-busy': 'The operator is logged in elsewhere: a restart does not log them out there.',
  'own-network':
    'Neither side can be reached from here: the fault is most likely ours, and restarting what is out of sight would add to it.',
  'target-down': 'No remedy of the ladder restarts the target.',
  'empty-source': 'Only a person can tell whether the source is really empty.',
  'delete-guard': 'Only a person can tell whether the deletes are right.',
  rejected: 'The target refuses single records: they have to be corrected at their source.',
  exhausted: 'Everything that the policy allows was tried, is spent or cannot help; more of it would only hammer.',
};

function waiting(told: Told): readonly string[] {
  const { context, at, time } = told;
  const { waitsFor, readyAt } = context.escalation;
  const title = titleOf(told);
  if (waitsFor !== null) return [`The next rung is chosen and waits: ${title}. ${sentence(waitsFor.message)}`];
  const rung = currentRung(context);
  const opening = rung === null ? at : opensAt(context, rung, at);
  if (rung !== null && opening !== at) {
    const when = opening === null ? 'no opening is in sight' : `it opens at ${time.due(opening)}`;
    const texts = windowTexts(windowsOf(context, rung)).join('; ');
    return [`The next rung is chosen and its window is closed: ${title}. The window is ${texts}; ${when}.`];
  }
  if (readyAt <= at) return [`The next rung is chosen and may act at once: ${title}.`];
  return [`The next rung is chosen and waits for its time: ${title}. ${pauseText(told)}`];
}

/** Which pause the chosen rung makes. */
function pauseText({ context, at, time }: Told): string {
  const rung = currentRung(context);
  const lastUse = rung === null ? undefined : context.escalation.uses[rung.id]?.at(-1);
  if (rung !== null && lastUse !== undefined && lastUse + rung.cooldownMs > at)
    return `It was last used at ${time.past(lastUse)}, and rests for ${spanText(rung.cooldownMs)} between two uses.`;
  return 'It is tried again after a pause, which grows from try to try.';
}

function claiming(told: Told): readonly string[] {
  const { context, fleet, time } = told;
  const { claim } = context.escalation;
  const rung = currentRung(context);
  const component = rung && componentOf(fleet?.context ?? null, context.id, rung);
  const holder = component ? fleet?.context.holders[component] : undefined;
  const asked = claim === null ? '' : ` since ${time.past(claim.askedAt)}`;
  const what = `Everything is ready for this, and the fleet is asked${asked} whether it may be done: ${titleOf(told)}.`;
  if (holder === undefined || holder.claim === claim?.id) return [what];
  return [
    what,
    `It needs ${component}, which is in other hands: ${holder.integration} works on it since ${time.past(holder.grantedAt)}, until ${time.due(holder.until)} at the latest.`,
  ];
}

/** ` since 03:12:04 UTC (4 s ago)`, of the try that is under way. */
function since({ context, time }: Told): string {
  const last = context.escalation.incident?.tries.at(-1);
  return last?.how === 'under-way' ? ` since ${time.past(last.at)}` : '';
}

function incidentReasons({ context, time }: Told): readonly string[] {
  const { incident, diagnosis, diagnosedAt } = context.escalation;
  if (incident === null) return [];
  const sign =
    incident.beganAt < incident.openedAt ? `; its first sign was seen at ${time.clock(incident.beganAt)}` : '';
  return [
    `${incident.id} has been open since ${time.past(incident.openedAt)}${sign}. ${sentence(incident.because.message)}`,
    ...(diagnosis === null
      ? []
      : [`It was diagnosed as ${diagnosis.signature} at ${time.past(diagnosedAt)}. ${sentence(diagnosis.message)}`]),
    // A quarantine after everything was tried names the reasons itself.
    ...(context.escalation.quarantine?.reason.code === 'exhausted' ? [] : skippedReasons(context)),
  ];
}

/** Rungs that were passed over, together where the reason is the same. */
function skippedReasons(context: Told['context']): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const [rung, why] of Object.entries(context.escalation.skipped))
    byReason.set(why, [...(byReason.get(why) ?? []), inSentence(titleOfRung(context, rung))]);
  return [...byReason].map(([why, titles]) => `Passed over (${why.replace(/\.$/, '')}): ${titles.join('; ')}.`);
}

function holdReasons({ context, time }: Told): readonly string[] {
  return context.holds.map(
    ({ name, reason, placedAt }) =>
      `The hold "${name}" has been in place since ${time.past(placedAt)}${reason === '' ? '' : `: ${reason}`}`,
  );
}
