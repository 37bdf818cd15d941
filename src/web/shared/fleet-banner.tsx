/** The fleet on every page: storm, brake and dry run where there are any, and the two switches. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FleetView } from '../../http/fleet-api.ts';
import { applyBrake, beginDryRun, endDryRun, releaseBrake } from '../api.ts';
import { ActionResult } from './action-result.tsx';
import { fleetNotices } from './fleet-sentence.ts';
import { NameField, useOwnName } from './own-name.tsx';
import { useNow } from './server-time.ts';
import { StatusMark } from './status-mark.tsx';
import { useAction } from './use-action.ts';

export function FleetBanner({ fleet }: { readonly fleet: FleetView | null }) {
  const now = useNow();
  if (fleet === null) return null;
  const notices = fleetNotices(fleet, now);
  return (
    <section className="sw-fleet" aria-label="Fleet" data-calm={notices.length === 0 || undefined}>
      {notices.map(({ word, tone, text }) => (
        <div key={word} className="sw-notice" data-tone={tone}>
          <h2>
            <StatusMark word={word} tone={tone} />
          </h2>
          <p>{text}</p>
        </div>
      ))}
      <FleetSwitches fleet={fleet} />
    </section>
  );
}

function FleetSwitches({ fleet: { brake, dryRun } }: { readonly fleet: FleetView }) {
  const [asked, setAsked] = useState<'brake' | 'dry-run' | null>(null);
  const [name, setName] = useOwnName();
  const { pending, result, run } = useAction();
  const act = (key: string, done: string, order: () => Promise<void>) =>
    void run(key, done, order).then(() => setAsked(null));
  return (
    <div className="sw-fleet-switches">
      {asked === null && (
        <div className="sw-action-row">
          {brake === null ? (
            <Button size="xs" variant="default" onClick={() => setAsked('brake')}>
              Put the brake on…
            </Button>
          ) : (
            <Button
              size="xs"
              loading={pending === 'release'}
              onClick={() => act('release', 'The brake is off: the ladders go on.', () => releaseBrake(name))}
            >
              Release the brake
            </Button>
          )}
          {dryRun === null && (
            <Button size="xs" variant="default" onClick={() => setAsked('dry-run')}>
              Begin a dry run of all ladders…
            </Button>
          )}
          {dryRun !== null && dryRun.at !== null && (
            <Button
              size="xs"
              variant="default"
              loading={pending === 'end'}
              onClick={() => act('end', 'The dry run is over: the ladders act again.', () => endDryRun(name))}
            >
              End the dry run
            </Button>
          )}
        </div>
      )}
      {asked === 'brake' && (
        <Question
          title="Stop the ladders of all integrations? Synchronizations go on."
          yes="Yes, put the brake on"
          isPending={pending === 'brake'}
          name={name}
          onName={setName}
          onNo={() => setAsked(null)}
          onYes={(reason) => act('brake', 'The brake is on: no ladder acts.', () => applyBrake(reason, name))}
          withReason
        />
      )}
      {asked === 'dry-run' && (
        <Question
          title="Let all ladders decide and write down, and carry nothing out?"
          yes="Yes, begin the dry run"
          isPending={pending === 'dry-run'}
          name={name}
          onName={setName}
          onNo={() => setAsked(null)}
          onYes={() => act('dry-run', 'A dry run: no ladder carries anything out.', () => beginDryRun(name))}
        />
      )}
      <ActionResult result={result} />
    </div>
  );
}

interface QuestionProps {
  readonly title: string;
  readonly yes: string;
  readonly isPending: boolean;
  readonly name: string;
  readonly withReason?: boolean;
  readonly onName: (name: string) => void;
  readonly onYes: (reason: string) => void;
  readonly onNo: () => void;
}

function Question({ title, yes, isPending, name, withReason = false, onName, onYes, onNo }: QuestionProps) {
  const [reason, setReason] = useState('');
  return (
    <fieldset className="sw-confirm sw-fields">
      <legend>{title}</legend>
      {withReason && (
        <TextInput
          label="Why, for whoever sees it"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <NameField name={name} onChange={onName} />
      <div className="sw-action-row">
        <Button size="xs" loading={isPending} onClick={() => onYes(reason)}>
          {yes}
        </Button>
        <Button size="xs" variant="default" onClick={onNo}>
          No
        </Button>
      </div>
    </fieldset>
  );
}
