/** The synchronization: what it does now, how far each entity type is, and what the last run did. */
import { useRef } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import { Card } from '../shared/card.tsx';
import { agoText, durationText } from '../shared/duration.ts';
import { type PaceSample, paceOf, timeLeftMs, withSample } from '../shared/pace.ts';
import { counted, numberText } from '../shared/quantity.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { isRunning, synchronizationWord } from '../shared/statuses.ts';
import { lastRunSummary, progressOf, runTitle } from '../shared/synchronization-sentence.ts';
import { EntityTypes } from './entity-types.tsx';

const proofWords = { counts: 'Counts', sampled: 'Counts and a sample of the content', content: 'Counts and content' };

export function SynchronizationCard({ view }: { readonly view: IntegrationView }) {
  const now = useNow();
  const { synchronization } = view;
  const { run, lastRun, nextRun, proof } = synchronization;
  return (
    <Card title="Synchronization" aside={<StatusMark {...synchronizationWord(synchronization)} />}>
      {run && <RunFacts key={run.id} view={view} run={run} now={now} />}
      <EntityTypes synchronization={synchronization} />
      {proof && (
        <p className="sw-muted">
          {proofWords[proof.depth]} compared {agoText(proof.at, now)}.
        </p>
      )}
      {nextRun && (
        <p className="sw-muted">
          Next run: {nextRun.mode}, {nextRun.at > now ? `in ${durationText(nextRun.at - now)}` : 'due now'}.
        </p>
      )}
      {lastRun && (
        <p className="sw-muted">
          Last run ({lastRun.mode}, {lastRun.outcome}): {lastRunSummary(lastRun)}
        </p>
      )}
    </Card>
  );
}

interface RunFactsProps {
  readonly view: IntegrationView;
  readonly run: NonNullable<IntegrationView['synchronization']['run']>;
  readonly now: number;
}

function RunFacts({ view, run, now }: RunFactsProps) {
  const samples = useRef<readonly PaceSample[]>([]);
  const { done, total } = progressOf(run);
  const transferring = view.synchronization.status === 'transferring';
  samples.current = transferring ? withSample(samples.current, { at: view.at, done }) : [];
  const pace = paceOf(samples.current);
  const left = timeLeftMs(done, total, pace);
  const facts = [
    `started ${agoText(run.startedAt, now)}`,
    ...(run.resumes > 0 ? [`resumed ${counted(run.resumes, 'time')}`] : []),
    ...(pace === null ? [] : [`${numberText(Math.round(pace))} records/s`]),
    ...(left === null ? [] : [`about ${durationText(left)} left`]),
    ...(isRunning(view.synchronization) ? [] : ['not running now']),
  ];
  return (
    <p className="sw-run">
      <strong>{runTitle(run)}</strong> <span className="sw-muted">{facts.join(' · ')}</span>
    </p>
  );
}
