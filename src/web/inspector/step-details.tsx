/** What one step did: the event, the transitions, what changed, what was started, what was decided and why. */
import type { ReactNode } from 'react';
import type { StepView } from '../../http/api.ts';
import { valueText } from '../shared/value-text.ts';
import { edgeText } from './edge-text.ts';

export function StepDetails({ step }: { readonly step: StepView }) {
  const details = Object.entries(step.event.details);
  return (
    <div className="sw-step-details">
      {step.decisions.length > 0 && (
        <Part title="Decisions">
          {step.decisions.map((decision) => (
            <li key={decision.what}>
              <strong>{decision.what}</strong> {decision.because}
              {Object.entries(decision.evidence ?? {}).map(([name, value]) => (
                <div key={name} className="sw-muted">
                  {name}: {valueText(value)}
                </div>
              ))}
            </li>
          ))}
        </Part>
      )}
      <Part title="Event">
        {[
          <li key="">
            <code>{step.event.type}</code>
          </li>,
          ...details.map(([name, value]) => (
            <li key={name}>
              {name}: {valueText(value)}
            </li>
          )),
        ]}
      </Part>
      <Part title="Transitions">
        {step.transitions.map((edge) => (
          <li key={edge}>{edgeText(edge)}</li>
        ))}
      </Part>
      <Part title="Changed">
        {step.changes.map(({ path, before, after }) => (
          <li key={path}>
            <code>{path}</code> <del>{valueText(before)}</del> → <ins>{valueText(after)}</ins>
          </li>
        ))}
      </Part>
      <Part title="Effects">
        {[...new Set(step.effects)].map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </Part>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: readonly ReactNode[] }) {
  return (
    <>
      <h3>{title}</h3>
      {children.length === 0 ? <p className="sw-muted">none</p> : <ul>{children}</ul>}
    </>
  );
}
