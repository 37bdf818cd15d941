/** The ladder: why it does what it does, its rungs in order, and how much of each is used up. */
import type { IntegrationView } from '../../http/api.ts';
import type { ExplanationView, FleetView } from '../../http/fleet-api.ts';
import { Card } from '../shared/card.tsx';
import { roundDurationText } from '../shared/duration.ts';
import { ladderSentence, rungNote } from '../shared/ladder-sentence.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { ladderWord } from '../shared/statuses.ts';
import { Rung } from './rung.tsx';
import { useExplanation } from './use-explanation.ts';

interface LadderCardProps {
  readonly view: IntegrationView;
  readonly fleet: FleetView | null;
}

export function LadderCard({ view, fleet }: LadderCardProps) {
  const { id, ladder } = view;
  const { budget, rungs, lessons } = ladder;
  const explanation = useExplanation(view, fleet);
  return (
    <Card title="Ladder" aside={<StatusMark {...ladderWord(ladder)} />}>
      {explanation === null ? <p>{ladderSentence(ladder)}</p> : <Explanation explanation={explanation} />}
      <ol className="sw-rungs">
        {rungs.map((rung, index) => (
          <Rung key={rung.id} integration={id} rung={rung} note={rungNote(rung, rungs[index - 1])} />
        ))}
      </ol>
      {budget !== null && (
        <p className="sw-muted">
          All rungs together: {budget.used} of {budget.max} remedies used in {roundDurationText(budget.windowMs)}.
        </p>
      )}
      {lessons.length > 0 && (
        <details>
          <summary>What past incidents taught</summary>
          <ul className="sw-sentences">
            {lessons.map(({ signature, rung, tried, helped }) => (
              <li key={`${signature} ${rung}`}>
                {signature}: {rung} helped {helped} of {tried} times
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function Explanation({ explanation: { why, done, next, changes } }: { readonly explanation: ExplanationView }) {
  const [headline, ...reasons] = why;
  return (
    <div className="sw-explanation">
      <p className="sw-explanation-headline">{headline}</p>
      <Sentences title="Why" sentences={reasons} isOpen />
      <Sentences title="What happens next" sentences={next} isOpen />
      <Sentences title="What was done" sentences={done} />
      <Sentences title="What would change that" sentences={changes} />
    </div>
  );
}

interface SentencesProps {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly isOpen?: boolean;
}

function Sentences({ title, sentences, isOpen = false }: SentencesProps) {
  if (sentences.length === 0) return null;
  return (
    <details open={isOpen}>
      <summary>{title}</summary>
      <ul className="sw-sentences">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}
