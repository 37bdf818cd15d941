/** Only in the demo: breaking something on purpose, to see what Syncwarden does about it. */
import { Button, Switch } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { type Demo, type Fault, readDemo, setFault } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { Card } from '../shared/card.tsx';
import { useAction } from '../shared/use-action.ts';

/** Faults also end by themselves: their state is read again so often. */
const rereadMs = 5_000;

export function FaultPanel() {
  const [demo, setDemo] = useState<Demo | null>(null);
  const read = useCallback(async () => {
    const found = await readDemo().catch(() => undefined); // no answer: keep what is shown, the page says it is not live
    if (found !== undefined) setDemo(found);
    return found;
  }, []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reread = async () => {
      if ((await read()) !== null) timer = setTimeout(() => void reread(), rereadMs);
    };
    void reread();
    return () => clearTimeout(timer);
  }, [read]);
  if (demo === null) return null;
  return <DemoFaults demo={demo} onChange={() => void read()} />;
}

function DemoFaults({ demo, onChange }: { readonly demo: Demo; readonly onChange: () => void }) {
  const { pending, result, run } = useAction();
  const change = (fault: Fault, active: boolean) =>
    run(fault.id, `${fault.title}: ${fault.oneShot ? 'done' : active ? 'on' : 'off'}.`, () =>
      setFault(fault.id, active),
    ).then(onChange);
  return (
    <Card title="Demo: break something" className="sw-demo" aside={<span className="sw-muted">{demo.title}</span>}>
      <ul className="sw-faults">
        {demo.faults.map((fault) => (
          <li key={fault.id}>
            <FaultControl fault={fault} busy={pending === fault.id} onChange={(active) => void change(fault, active)} />
          </li>
        ))}
      </ul>
      <ActionResult result={result} />
    </Card>
  );
}

interface FaultControlProps {
  readonly fault: Fault;
  readonly busy: boolean;
  readonly onChange: (active: boolean) => void;
}

function FaultControl({ fault, busy, onChange }: FaultControlProps) {
  if (!fault.oneShot)
    return (
      <Switch
        checked={fault.active}
        disabled={busy}
        onChange={(event) => onChange(event.currentTarget.checked)}
        label={fault.title}
        description={fault.description}
      />
    );
  return (
    <div className="sw-fault-once">
      <Button size="xs" variant="default" loading={busy} onClick={() => onChange(true)}>
        {fault.title}
      </Button>
      <p className="sw-muted">{fault.description}</p>
    </div>
  );
}
