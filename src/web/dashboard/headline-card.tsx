/** The headline: when both sides were last proven equal, the three statuses, and what happens next. */
import type { ReactNode } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import { clockTime } from '../shared/clock-time.ts';
import { untilText } from '../shared/duration.ts';
import { headlineOf } from '../shared/headline.ts';
import { ToneIcon } from '../shared/icons.tsx';
import { ladderSentence } from '../shared/ladder-sentence.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { connectionWord, ladderWord, type StatusWord, synchronizationWord } from '../shared/statuses.ts';
import { synchronizationSentence } from '../shared/synchronization-sentence.ts';
import { connectionSentence } from './connection-sentence.ts';

interface HeadlineCardProps {
  readonly view: IntegrationView;
  /** The actions. */
  readonly children: ReactNode;
}

export function HeadlineCard({ view, children }: HeadlineCardProps) {
  const now = useNow();
  const { figure, tone, explanation } = headlineOf(view, now);
  const { lastProvenEqualAt } = view.synchronization;
  return (
    <section className="sw-card sw-headline" aria-label="Overview">
      <div className="sw-headline-proof" data-tone={tone}>
        <h1>{view.title}</h1>
        <p className="sw-headline-figure">
          <span>last proven equal:</span> <strong>{figure}</strong>
        </p>
        <p className="sw-headline-basis">
          <ToneIcon tone={tone} />
          <span>
            {explanation}
            {lastProvenEqualAt !== null && (
              <span className="sw-muted"> Proven at {clockTime(lastProvenEqualAt, now)}.</span>
            )}
          </span>
        </p>
      </div>
      <dl className="sw-statuses">
        <Status name="Connection" word={connectionWord(view.connection)}>
          {connectionSentence(view.connection)}
        </Status>
        <Status name="Synchronization" word={synchronizationWord(view.synchronization)}>
          {synchronizationSentence(view.synchronization, now)}
        </Status>
        <Status name="Ladder" word={ladderWord(view.ladder)}>
          {ladderSentence(view.ladder)}
        </Status>
        <div>
          <dt>Next</dt>
          <dd className="sw-next">
            <NextAction next={view.next} now={now} />
          </dd>
        </div>
      </dl>
      {children}
    </section>
  );
}

function Status({
  name,
  word,
  children,
}: {
  readonly name: string;
  readonly word: StatusWord;
  readonly children: string;
}) {
  return (
    <div>
      <dt>
        {name}
        <StatusMark {...word} />
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function NextAction({ next, now }: { readonly next: IntegrationView['next']; readonly now: number }) {
  if (next === null) return <>Nothing by itself: it waits for an answer from outside.</>;
  return (
    <>
      {next.what} <strong>{untilText(next.at, now)}</strong>
      <span className="sw-muted"> at {clockTime(next.at, now)}</span>
    </>
  );
}
