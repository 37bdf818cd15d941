/** What a page says when it has nothing to show: loading, broken, or empty. */
import type { ReactNode } from 'react';
import { ToneIcon } from './icons.tsx';
import type { Tone } from './tone.ts';

interface PlaceholderProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
}

export function Placeholder({ tone, title, children }: PlaceholderProps) {
  return (
    <div className="sw-placeholder" data-tone={tone}>
      <ToneIcon tone={tone} />
      <h1>{title}</h1>
      {children}
    </div>
  );
}

export function Loading() {
  return (
    <Placeholder tone="calm" title="Reading the state">
      <p>Asking the supervisor.</p>
    </Placeholder>
  );
}

export function Broken({ problem }: { readonly problem: string }) {
  return (
    <Placeholder tone="bad" title="The state cannot be read">
      <p>{problem}</p>
      <p>Trying again every few seconds. Check that the process runs and that this address is the right one.</p>
    </Placeholder>
  );
}

export function NoIntegration() {
  return (
    <Placeholder tone="calm" title="No integration yet">
      <p>
        An integration is a pair of systems to keep in step. Add one under <code>integrations:</code> in the
        configuration file and restart the supervisor; it then appears here by itself.
      </p>
      <p>
        <code>syncwarden config check --config FILE</code> tells whether the file is right.
      </p>
    </Placeholder>
  );
}
