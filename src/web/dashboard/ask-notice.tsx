/** What the ladder asks of a person now: agreement to a rung, or what no remedy does. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import { answerApproval, answerStep } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { clockTime } from '../shared/clock-time.ts';
import { untilText } from '../shared/duration.ts';
import { touchText } from '../shared/ladder-sentence.ts';
import { NameField, useOwnName } from '../shared/own-name.tsx';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { useAction } from '../shared/use-action.ts';

type Asks = NonNullable<IntegrationView['ladder']['asks']>;

export function AskNotice({ view }: { readonly view: IntegrationView }) {
  const now = useNow();
  const { asks } = view.ladder;
  if (asks === null) return null;
  const isApproval = asks.kind === 'approval';
  return (
    <section className="sw-notice sw-ask" data-tone="bad" aria-labelledby="ask-title">
      <h2 id="ask-title">
        <StatusMark word={isApproval ? 'A person must agree' : 'A person is asked'} tone="bad" />
        <span>{asks.title}</span>
      </h2>
      <Reason view={view} asks={asks} />
      {asks.until !== null && (
        <p>
          {isApproval ? 'The rung is passed over' : 'It counts as not done'} if nobody answers by{' '}
          {clockTime(asks.until, now)} ({untilText(asks.until, now)}).
        </p>
      )}
      <Answer key={asks.rung} integration={view.id} asks={asks} />
    </section>
  );
}

function Reason({ view: { ladder }, asks }: { readonly view: IntegrationView; readonly asks: Asks }) {
  const rung = ladder.rungs.find(({ id }) => id === asks.rung);
  return (
    <>
      {ladder.incident !== null && <p>{ladder.incident.because}</p>}
      {asks.kind === 'approval' && rung && (
        <p>
          {touchText(rung)} {rung.impact}
        </p>
      )}
      {asks.steps.length > 0 && (
        <ol className="sw-steps">
          {asks.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
    </>
  );
}

function Answer({ integration, asks }: { readonly integration: string; readonly asks: Asks }) {
  const [name, setName] = useOwnName();
  const [note, setNote] = useState('');
  const { pending, result, run } = useAction();
  const { rung, kind } = asks;
  const approve = (yes: boolean) =>
    void run(String(yes), yes ? 'Agreed: it is done as soon as nothing stands against it.' : 'Refused.', () =>
      answerApproval(integration, rung, yes, name),
    );
  const answer = (done: boolean) =>
    void run(String(done), done ? 'Noted as done: now the proof.' : 'Noted as not done.', () =>
      answerStep(integration, { rung, done, note }, name),
    );
  const give = kind === 'approval' ? approve : answer;
  return (
    <div className="sw-fields">
      <NameField name={name} onChange={setName} />
      {kind === 'steps' && (
        <TextInput
          label="Note, for the record"
          maxLength={2_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      <div className="sw-action-row">
        <Button loading={pending === 'true'} onClick={() => give(true)}>
          {kind === 'approval' ? `Agree: ${asks.title}` : 'I did it'}
        </Button>
        <Button variant="default" loading={pending === 'false'} onClick={() => give(false)}>
          {kind === 'approval' ? 'Refuse' : 'I could not do it'}
        </Button>
      </div>
      <ActionResult result={result} />
    </div>
  );
}
